package holdfast.gateway.store;

import holdfast.crypto.Forged;
import java.util.HexFormat;

/// Tells a wrong master key at the start, before anything is sealed with it beside the old one.
final class MasterKeyCheck {
  private static final String FACT = "master_key_check";
  private static final byte[] KNOWN = {'h', 'o', 'l', 'd', 'f', 'a', 's', 't'};

  private final Facts facts;

  MasterKeyCheck(Facts facts) {
    this.facts = facts;
  }

  void hold(Seal seal, String folder) {
    var kept = facts.find(FACT);
    if (kept.isEmpty()) {
      facts.put(FACT, HexFormat.of().formatHex(seal.seal(FACT, KNOWN)));
      return;
    }
    try {
      seal.open(FACT, HexFormat.of().parseHex(kept.get()));
    } catch (Forged e) {
      throw new StoreRefused(
          "the master key isn't the one that the store in " + folder + " was sealed with", e);
    }
  }
}
