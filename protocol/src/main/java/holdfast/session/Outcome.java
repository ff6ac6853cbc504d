package holdfast.session;

import holdfast.store.Outbound;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What a caller is told: outcomes it can act on, with their facts.
public sealed interface Outcome {
  /// The start that this caller made reached what it wanted to wait for.
  record Started() implements Outcome {}

  record AlreadyConnected() implements Outcome {}

  /// A start is under way; this caller's own wait is over.
  record StartInProgress() implements Outcome {}

  /// Joined a start that was under way, and it came to its end well.
  record JoinedStartCompleted() implements Outcome {}

  /// `reason`: `timed_out`, `qr_expired`, `logged_out`, `refused`, `stopped`, …; `code` as in a
  /// disconnect, 0 when none.
  record StartFailed(String reason, int code, String text, boolean joined) implements Outcome {}

  record CoolingDown(Duration retryAfter) implements Outcome {}

  record Stopped() implements Outcome {}

  record LoggedOut() implements Outcome {}

  /// Nothing is linked, so there is nothing to log out or no code to give.
  record NotLinked() implements Outcome {}

  record AlreadyLinked() implements Outcome {}

  /// The eight characters without a dash.
  record Code(String code, Instant expiresAt) implements Outcome {
    @Override
    public String toString() {
      return "Code[expiresAt=" + expiresAt + "]";
    }
  }

  /// The message has its row; `repeated`: it had one already under this idempotency key.
  record Accepted(Outbound row, boolean repeated) implements Outcome {}

  /// The idempotency key stands for another request.
  record IdempotencyMismatch() implements Outcome {}

  /// The time that the message is wanted at can't be.
  record Untimely(String reason) implements Outcome {}

  /// What each of many sends came to, in their order.
  record AcceptedAll(List<Outcome> each) implements Outcome {}

  /// The message goes nowhere, now or since before.
  record Cancelled(Outbound row) implements Outcome {}

  /// The message is on its way already, or at an end.
  record TooLate(Outbound row) implements Outcome {}

  record NoSuchMessage() implements Outcome {}

  /// The send can't be taken in this state: `logged_out`, `refused`, … (409), or it can't go at
  /// once and the caller didn't want it queued (423 or 429 with `retryAfter`).
  record SendRefused(String reason, Duration retryAfter) implements Outcome {}
}
