package holdfast.message;

import holdfast.stanza.Jid;
import java.time.Instant;
import java.util.Optional;

/// A message that somebody wants sent. `to`: a bare JID of a user (phone or LID) or a group.
/// `fingerprint`: SHA-256 over what is asked for, so that an idempotency key can't be used for
/// another one. `sendAt`: not before then.
public record SendRequest(
    Optional<String> idempotencyKey,
    byte[] fingerprint,
    Jid to,
    Content content,
    WhenBusy whenBusy,
    Optional<Instant> sendAt) {
  /// To go as soon as it can.
  public SendRequest(
      Optional<String> idempotencyKey,
      byte[] fingerprint,
      Jid to,
      Content content,
      WhenBusy whenBusy) {
    this(idempotencyKey, fingerprint, to, content, whenBusy, Optional.empty());
  }

  /// What to do with a send that can't go at once (R18).
  public enum WhenBusy {
    QUEUE,
    REFUSE
  }
}
