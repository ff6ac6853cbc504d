package holdfast.store;

import holdfast.stanza.Jid;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// One message on its way out, from the request to the last receipt.
///
/// `id` is ours (a ULID), `messageId` WhatsApp's: fixed when the row is made, whatever is
/// repeated after. `fingerprint`: SHA-256 of the request, so that one idempotency key can't stand
/// for two requests. `chat`: where it goes, as resolved when it was queued. `message`: the
/// serialized `Message`, kept for resends. `stanza`: the encoded stanza once it has been
/// encrypted; the SAME bytes go out again until they are acknowledged. `sendAt`: when it may go,
/// for one that was accepted for later or is held until then. `reached`: when each state was
/// reached, by its wire name. Rows go in the order of their [#turn]s.
public record Outbound(
    String id,
    String messageId,
    Optional<String> idempotencyKey,
    byte[] fingerprint,
    Jid chat,
    String type,
    byte[] message,
    State state,
    Optional<String> failure,
    Optional<byte[]> stanza,
    Optional<Instant> sendAt,
    Map<String, Instant> reached) {
  public enum State {
    /// It waits for its time.
    SCHEDULED,
    QUEUED,
    SENDING,
    SENT,
    DELIVERED,
    READ,
    PLAYED,
    FAILED,
    /// Taken back before it went.
    CANCELLED;

    /// As in events and answers: `queued`, `sending`, …
    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// What rows are ordered by: as though each had been accepted at the moment from which it may go.
  public String turn() {
    return sendAt.map(at -> Ulid.time(at) + id).orElse(id);
  }

  /// It may go from now on, in its turn.
  public Outbound due(Instant now) {
    return copy(State.QUEUED, Optional.empty(), stanza, now);
  }

  /// To be encrypted anew, where it stands: under a new link.
  public Outbound withoutCiphertext() {
    return unencrypted(state, reached);
  }

  /// It may not go before `until`, whatever it was accepted for.
  public Outbound held(Instant until, String why, Instant now) {
    return copy(State.SCHEDULED, Optional.of(why), stanza, now).at(Optional.of(until));
  }

  /// What held it is gone: its turn is the one that it had when it was accepted.
  public Outbound released(Instant now) {
    return due(now).at(Optional.empty());
  }

  private Outbound at(Optional<Instant> time) {
    return new Outbound(
        id,
        messageId,
        idempotencyKey,
        fingerprint,
        chat,
        type,
        message,
        state,
        failure,
        stanza,
        time,
        reached);
  }

  public Outbound in(State next, Instant now) {
    return copy(next, failure, stanza, now);
  }

  public Outbound encrypted(byte[] stanzaBytes, Instant now) {
    return copy(State.SENDING, failure, Optional.of(stanzaBytes), now);
  }

  public Outbound failed(String reason, Instant now) {
    return copy(State.FAILED, Optional.of(reason), stanza, now);
  }

  /// Queued again under the same message id, as if it had never been encrypted: for another link.
  public Outbound unsent() {
    var times = new java.util.LinkedHashMap<>(reached);
    times.remove(State.SENDING.wire());
    return unencrypted(State.QUEUED, times);
  }

  private Outbound unencrypted(State as, Map<String, Instant> times) {
    return new Outbound(
        id,
        messageId,
        idempotencyKey,
        fingerprint,
        chat,
        type,
        message,
        as,
        failure,
        Optional.empty(),
        sendAt,
        Map.copyOf(times));
  }

  private Outbound copy(State next, Optional<String> why, Optional<byte[]> bytes, Instant now) {
    var times = new java.util.LinkedHashMap<>(reached);
    times.put(next.wire(), now);
    return new Outbound(
        id,
        messageId,
        idempotencyKey,
        fingerprint,
        chat,
        type,
        message,
        next,
        why,
        bytes,
        sendAt,
        Map.copyOf(times));
  }

  @Override
  public String toString() {
    return "Outbound[id=" + id + ", messageId=" + messageId + ", state=" + state + "]";
  }
}
