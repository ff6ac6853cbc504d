package holdfast.gateway.store;

import holdfast.crypto.Forged;
import java.sql.SQLException;
import java.util.HexFormat;

/// Tells a wrong master key at the start, before anything is sealed with it beside the old one.
final class MasterKeyCheck {
  static final String FACT = "master_key_check";
  private static final byte[] KNOWN = {'h', 'o', 'l', 'd', 'f', 'a', 's', 't'};

  private final Facts facts;

  MasterKeyCheck(Facts facts) {
    this.facts = facts;
  }

  static String sealed(Seal seal) {
    return HexFormat.of().formatHex(seal.seal(FACT, KNOWN));
  }

  /// Whether the store was sealed with `seal`. A new one fits nothing.
  static boolean fits(Statements sql, Seal seal) throws SQLException {
    var kept = sql.first("SELECT value FROM fact WHERE name = ?", row -> row.getString(1), FACT);
    try {
      kept.ifPresent(value -> seal.open(FACT, HexFormat.of().parseHex(value)));
      return kept.isPresent();
    } catch (Forged _) {
      return false;
    }
  }

  void hold(Seal seal, String folder) {
    var kept = facts.find(FACT);
    if (kept.isEmpty()) {
      facts.put(FACT, sealed(seal));
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
