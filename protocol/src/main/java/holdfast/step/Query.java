package holdfast.step;

import holdfast.stanza.Jid;
import java.util.List;

/// What an iq was asked for: routes its answer. Values, so that equal questions can be told to be
/// the same one.
public sealed interface Query {
  /// Devices (and LIDs) of these users.
  record Devices(List<Jid> users) implements Query {}

  /// Prekey bundles of these devices.
  record Bundles(List<Jid> devices) implements Query {}

  record Group(Jid group) implements Query {}

  record PreKeyCount() implements Query {}

  /// Prekeys up to and including this id have been handed to the server.
  record PreKeyUpload(int lastId) implements Query {}

  record RotateSignedPreKey() implements Query {}

  record Active() implements Query {}

  record Ping() implements Query {}

  /// The send probe (R11): a ping right behind a presence.
  record Probe() implements Query {}

  record PairingCodeHello() implements Query {}

  record PairingCodeFinish() implements Query {}

  record RemoveDevice() implements Query {}

  /// A trusted-contact token issued to this account.
  record IssueToken(Jid to) implements Query {}

  /// Housekeeping whose answer changes nothing (clean a dirty bit …).
  record Nothing() implements Query {}

  /// Whether only a linked session asks this, and has use for the answer.
  default boolean isOfALink() {
    return switch (this) {
      case Devices _, Bundles _, Group _, PreKeyCount _, PreKeyUpload _ -> true;
      case RotateSignedPreKey _, Active _, Probe _, IssueToken _ -> true;
      case Ping _, PairingCodeHello _, PairingCodeFinish _, RemoveDevice _, Nothing _ -> false;
    };
  }
}
