package holdfast.session;

import java.util.ArrayList;
import java.util.List;

/// Answers those who wait, each of them once: who has been answered isn't in the attempt any more.
final class Callers {
  private final List<Life.Effect> effects;

  /// Answers are added to `effects`.
  Callers(List<Life.Effect> effects) {
    this.effects = effects;
  }

  void answer(Caller caller, Outcome outcome) {
    effects.add(new Life.Effect.Answer(caller, outcome));
  }

  void stopped(List<Caller> stoppers) {
    stoppers.forEach(caller -> answer(caller, new Outcome.Stopped()));
  }

  /// A caller that doesn't wait is answered at once; others join the attempt.
  Phase.Attempt taken(Phase.Attempt attempt, Phase.Waiter waiter) {
    if (waiter.until() == Input.Wait.NONE) {
      answer(
          waiter.caller(), waiter.joined() ? new Outcome.StartInProgress() : new Outcome.Started());
      return attempt;
    }
    return attempt.joinedBy(waiter);
  }

  /// Those who wait for something to act on have it.
  Phase.Attempt promptShown(Phase.Attempt attempt) {
    var left = new ArrayList<Phase.Waiter>();
    for (var waiter : attempt.waiters()) {
      if (waiter.until() == Input.Wait.QR) {
        answer(waiter.caller(), succeeded(waiter));
      } else {
        left.add(waiter);
      }
    }
    return attempt.waitedForBy(List.copyOf(left));
  }

  void connected(Phase.Attempt attempt) {
    attempt.waiters().forEach(waiter -> answer(waiter.caller(), succeeded(waiter)));
  }

  private static Outcome succeeded(Phase.Waiter waiter) {
    return waiter.joined() ? new Outcome.JoinedStartCompleted() : new Outcome.Started();
  }

  Phase.Attempt failed(Phase.Attempt attempt, Ending why) {
    for (var waiter : attempt.waiters()) {
      answer(
          waiter.caller(),
          new Outcome.StartFailed(why.reason(), why.code(), why.text(), waiter.joined()));
    }
    return attempt.waitedForBy(List.of());
  }
}
