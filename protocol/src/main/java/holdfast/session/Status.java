package holdfast.session;

import holdfast.store.Account;
import holdfast.store.Control;
import java.time.Instant;
import java.util.Optional;

/// How a session stands, as people are shown it (R28): made after each batch, read by anyone.
///
/// `state`: one of [Control#PHASES].
public record Status(
    String state,
    Optional<String> reason,
    long generation,
    boolean wanted,
    Optional<Account> account,
    Optional<Prompt> prompt,
    Traffic traffic,
    Trouble trouble,
    Running running) {
  /// What a person must act on: exactly one of a QR text or a pairing code.
  public record Prompt(Optional<String> qr, Optional<String> code, Instant expiresAt) {
    @Override
    public String toString() {
      return "Prompt[expiresAt=" + expiresAt + "]";
    }
  }

  /// `probe`: `passed`, `ping` (no push name yet), or empty before the first. `canSendReason`:
  /// empty when it can.
  public record Traffic(
      Optional<Instant> connectedSince,
      Optional<Instant> verifiedAt,
      Optional<Instant> lastReceivedAt,
      Optional<Instant> lastSentAt,
      Optional<String> probe,
      Optional<String> canSendReason) {}

  public record Trouble(
      int reconnectAttempts,
      Optional<Instant> nextAttemptAt,
      int conflicts,
      Optional<Instant> coolDownEnds,
      Optional<Control.Disconnect> lastDisconnect) {}

  /// What the session keeps up now. `socket`: the generation of the one it owns; `alarm`: its one
  /// deadline; `callers` and `queries`: who waits for it, and what it waits for; `received` and
  /// `sent`: stanzas since it was brought to life.
  public record Running(
      Optional<Long> socket,
      Optional<Instant> alarm,
      int callers,
      int queries,
      long received,
      long sent) {
    public static final Running NOTHING =
        new Running(Optional.empty(), Optional.empty(), 0, 0, 0, 0);
  }

  /// Whether those who watch are to be told: traffic alone isn't news.
  public boolean isNewsAfter(Status before) {
    return generation != before.generation
        || !state.equals(before.state)
        || !reason.equals(before.reason)
        || !prompt.equals(before.prompt)
        || !account.equals(before.account);
  }

  public boolean connected() {
    return state.equals("connected");
  }

  public boolean canSend() {
    return traffic.canSendReason().isEmpty();
  }
}
