package holdfast.session;

import holdfast.store.Account;
import holdfast.store.Control;
import java.time.Instant;
import java.util.Optional;

/// How a session stands, as people are shown it (R28): made after each batch, read by anyone.
///
/// `state`: `stopped`, `starting`, `awaiting_scan`, `awaiting_code`, `restarting`, `verifying`,
/// `connected`, `waiting`,
/// `conflicted`, `logged_out`, `refused`, `stopping`.
public record Status(
    String state,
    Optional<String> reason,
    long generation,
    boolean wanted,
    Optional<Account> account,
    Optional<Prompt> prompt,
    Traffic traffic,
    Trouble trouble) {
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

  public boolean connected() {
    return state.equals("connected");
  }

  public boolean canSend() {
    return traffic.canSendReason().isEmpty();
  }
}
