package holdfast.store;

import holdfast.stanza.Jid;
import java.util.Optional;

/// The account that a session is linked to, as the companion's own device JIDs.
///
/// `jid`: phone-number form with the device part; `lid`: LID form with the same device;
/// `pushName`: the name others see, when it is known.
public record Account(Jid jid, Jid lid, Optional<String> pushName, String platform) {
  public Account withPushName(String name) {
    return new Account(jid, lid, Optional.of(name), platform);
  }

  /// Whether `other` is this account, whatever the device and the domain.
  public boolean owns(Jid other) {
    return other.sameUser(jid) || other.sameUser(lid);
  }
}
