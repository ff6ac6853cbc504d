package holdfast.store;

import holdfast.stanza.Jid;
import java.time.Instant;
import java.util.Optional;

/// What a tenant is told, once and for ever: the store numbers them without gaps. Names on the wire
/// are [#type].
public sealed interface Event {
  /// As in the envelope, in the past tense: `message.received`, `session.connected`.
  String type();

  Instant at();

  /// A state of the session was reached. `code`, `reason` and `text` as in [Control.Disconnect]
  /// when it followed from an end.
  record StateReached(
      String state,
      Optional<String> reason,
      Optional<Integer> code,
      Optional<String> text,
      long generation,
      Instant at)
      implements Event {
    /// One that nothing was said beside.
    public StateReached(
        String state,
        Optional<String> reason,
        Optional<Integer> code,
        long generation,
        Instant at) {
      this(state, reason, code, Optional.empty(), generation, at);
    }

    @Override
    public String type() {
      return "session." + state;
    }
  }

  /// A pairing code or QR is not an event; that a person must act is told by
  /// `session.awaiting_scan`.
  record MessageReceived(
      String messageId,
      Person chat,
      Person from,
      boolean fromMe,
      boolean group,
      String contentType,
      Optional<String> text,
      Instant timestamp,
      boolean offline,
      Instant at)
      implements Event {
    @Override
    public String type() {
      return "message.received";
    }

    @Override
    public String toString() {
      return "MessageReceived[messageId=" + messageId + "]";
    }
  }

  record MessageUndecryptable(
      String messageId, Person chat, Person from, String reason, int attempt, Instant at)
      implements Event {
    @Override
    public String type() {
      return "message.undecryptable";
    }
  }

  /// The own phone was asked for a message that couldn't be read. `attempt`: for how many times.
  record MessageRequested(String messageId, Person chat, Person from, int attempt, Instant at)
      implements Event {
    @Override
    public String type() {
      return "message.requested";
    }
  }

  /// The own phone isn't asked any more for a message that couldn't be read. `reason`:
  /// `not_on_phone`, `unanswered`, `too_old`, `too_many` or `link_ended`.
  record MessageGivenUp(String messageId, Person chat, Person from, String reason, Instant at)
      implements Event {
    @Override
    public String type() {
      return "message.given_up";
    }
  }

  /// An outbound message reached a state: `message.sent`, `message.delivered`, `message.failed` …
  record OutboundChanged(
      String id,
      String messageId,
      Jid chat,
      Outbound.State state,
      Optional<String> failure,
      Instant at)
      implements Event {
    @Override
    public String type() {
      return "message." + state.wire();
    }
  }

  /// The offline queue of a login has been taken in full.
  record BacklogReceived(int count, Instant at) implements Event {
    @Override
    public String type() {
      return "session.backlog_received";
    }
  }

  /// The server brought something that can't be understood; it was answered so that it isn't
  /// repeated. `tag`: what it was, `id`: its id, if it had one.
  record StanzaUnreadable(String tag, Optional<String> id, Instant at) implements Event {
    @Override
    public String type() {
      return "session.stanza_unreadable";
    }
  }

  /// A remote account's identity key changed (a new phone, a reinstallation).
  record IdentityChanged(Person person, Instant at) implements Event {
    @Override
    public String type() {
      return "contact.identity_changed";
    }
  }
}
