package holdfast.message;

import holdfast.stanza.Jid;
import java.util.Optional;

/// A message that somebody wants sent. `to`: a bare JID of a user (phone or LID) or a group.
/// `fingerprint`: SHA-256 over
/// the request as it came, so that an idempotency key can't be used for another one.
public record SendRequest(
    Optional<String> idempotencyKey,
    byte[] fingerprint,
    Jid to,
    Content content,
    WhenBusy whenBusy) {
  /// What to do with a send that can't go at once (R18).
  public enum WhenBusy {
    QUEUE,
    REFUSE
  }
}
