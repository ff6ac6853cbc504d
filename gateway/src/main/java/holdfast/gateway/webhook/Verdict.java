package holdfast.gateway.webhook;

import holdfast.gateway.store.Webhook.Progress;
import java.time.Duration;
import java.time.Instant;

/// What follows from an answer: pure, so that every case is tested.
public sealed interface Verdict {
  /// The event is done with; the next one.
  record Next(Progress progress) implements Verdict {}

  /// Not now.
  record Later(Progress progress) implements Verdict {}

  /// One poison event mustn't hold the rest.
  record PutAside(Progress progress, String error) implements Verdict {}

  /// Nothing more until somebody sets the webhook anew; no event is lost.
  record Disable(Progress progress) implements Verdict {}

  /// How often an endpoint may reject an event; what failed in between doesn't count.
  int REJECTED_TRIES = 5;

  /// How long an endpoint in trouble is tried.
  Duration PATIENCE = Duration.ofDays(3);

  Duration FIRST_PAUSE = Duration.ofSeconds(1);
  Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /// `seq`: the event that was tried; `spread`: 0 to 1, so that many endpoints behind one failed
  /// host don't come back together.
  static Verdict of(Answer answer, Progress progress, long seq, Instant now, double spread) {
    return switch (answer) {
      case Answer.Taken _ -> new Next(progress.taken(seq));
      case Answer.Gone _ -> new Disable(progress.disabled("the endpoint answered 410 Gone"));
      case Answer.Rejected(var status) when progress.tries().rejected() + 1 >= REJECTED_TRIES ->
          putAside(progress, seq, "rejected with " + status);
      case Answer.Rejected(var status) ->
          new Later(
              progress.rejected(now, again(progress, now, spread), "rejected with " + status));
      case Answer.Failed(var reason) when isHopeless(progress, now) ->
          new Disable(progress.disabled("failing for 3 days: " + reason));
      case Answer.Failed(var reason) ->
          new Later(progress.failed(now, again(progress, now, spread), reason));
    };
  }

  private static PutAside putAside(Progress progress, long seq, String error) {
    return new PutAside(progress.putAside(seq, error), error);
  }

  private static boolean isHopeless(Progress progress, Instant now) {
    return progress.failingSince().filter(since -> since.plus(PATIENCE).isBefore(now)).isPresent();
  }

  private static Instant again(Progress progress, Instant now, double spread) {
    return now.plus(pause(progress.tries().all(), spread));
  }

  /// 1 s, doubled by each try up to 5 min, less up to a fifth of it.
  static Duration pause(int attempts, double spread) {
    long doubled = FIRST_PAUSE.toMillis() << Math.min(attempts, 20);
    long millis = Math.min(doubled, LONGEST_PAUSE.toMillis());
    return Duration.ofMillis(millis - (long) (millis * spread / 5));
  }
}
