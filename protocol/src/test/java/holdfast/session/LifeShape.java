package holdfast.session;

import holdfast.store.Control;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The class of a life, seen at a moment: what makes no difference to what may follow is made
/// equal.
final class LifeShape {
  private static final Ending SOME = new Ending(Ending.Kind.LOST, 428, "some", "");

  private static final Ending AWAY = new Ending(Ending.Kind.UNREACHABLE, 408, "away", "");

  private final Instant now;
  private final Map<Caller, Caller> names = new HashMap<>();

  LifeShape(Instant now) {
    this.now = now;
  }

  Life of(Life life) {
    return new Life(of(life.phase()), of(life.control()));
  }

  private Control of(Control control) {
    var conflicts = control.conflicts();
    var recent = now.isBefore(conflicts.last().plus(Duration.ofMinutes(10)));
    return new Control(
        control.wanted(),
        control.phase(),
        LifeWalk.GENERATION,
        control.account().map(_ -> LifeWalk.ACCOUNT),
        control.former().map(_ -> LifeWalk.ACCOUNT),
        new Control.Conflicts(
            Math.min(conflicts.count(), 2),
            recent ? LifeWalk.NOW : Instant.EPOCH,
            now.isBefore(conflicts.coolDownEnds()) ? time(conflicts.coolDownEnds()) : Instant.EPOCH,
            conflicts.waitEnds().equals(Instant.EPOCH)
                ? Instant.EPOCH
                : time(conflicts.waitEnds())),
        Optional.empty());
  }

  private Phase of(Phase phase) {
    return switch (phase) {
      case Phase.Stopped it -> new Phase.Stopped(it.why().map(LifeShape::of));
      case Phase.Connecting it ->
          new Phase.Connecting(
              LifeWalk.GENERATION, of(it.attempt()), time(it.until()), it.restarting());
      case Phase.AwaitingScan it ->
          new Phase.AwaitingScan(
              LifeWalk.GENERATION, of(it.attempt()), "ref", time(it.refEnds()), it.later());
      case Phase.AwaitingCode it ->
          new Phase.AwaitingCode(LifeWalk.GENERATION, of(it.attempt()), time(it.codeEnds()));
      case Phase.Restarting it -> new Phase.Restarting(of(it.attempt()), time(it.until()));
      case Phase.Verifying it -> new Phase.Verifying(LifeWalk.GENERATION, of(it.attempt()));
      case Phase.Connected it -> of(it);
      case Phase.Closing it ->
          new Phase.Closing(
              LifeWalk.GENERATION,
              time(it.until()),
              it.destroyed(),
              of(it.next()),
              callers(it.stoppers()));
      case Phase.Waiting it ->
          new Phase.Waiting(of(it.attempt()), time(it.until()), awaited(it.why()), it.fixed());
      case Phase.Conflicted it -> new Phase.Conflicted(time(it.coolDownEnds()));
      case Phase.LoggedOut _ -> new Phase.LoggedOut(SOME);
      case Phase.Refused _ -> new Phase.Refused(SOME);
    };
  }

  /// A second is as good as an hour until the connection counts as stable.
  private Phase of(Phase.Connected it) {
    var stable = !now.isBefore(it.since().plus(Duration.ofMinutes(1)));
    return new Phase.Connected(
        LifeWalk.GENERATION,
        stable ? LifeWalk.NOW.minus(Duration.ofMinutes(1)) : LifeWalk.NOW,
        LifeWalk.NOW,
        time(it.pingDue()),
        it.answerDue().map(this::time),
        0);
  }

  /// Only who waits for the network heeds that it is back.
  private static Ending awaited(Ending why) {
    return why.kind() == Ending.Kind.UNREACHABLE ? AWAY : SOME;
  }

  /// Only these two reasons decide about anything.
  private static Ending of(Ending why) {
    return List.of(Ending.RESTARTED, Ending.SHUT_DOWN).contains(why) ? why : SOME;
  }

  private Phase.Attempt of(Phase.Attempt attempt) {
    return new Phase.Attempt(
        time(attempt.deadline()),
        attempt.waiters().stream()
            .map(it -> new Phase.Waiter(caller(it.caller()), it.until(), it.joined()))
            .toList(),
        attempt.aim(),
        new Phase.Tally(0, 0, attempt.tally().refreshed(), attempt.tally().restarted()));
  }

  private List<Caller> callers(List<Caller> callers) {
    return callers.stream().map(this::caller).toList();
  }

  private Caller caller(Caller caller) {
    return names.computeIfAbsent(caller, _ -> new Caller(names.size() + 1));
  }

  private Instant time(Instant at) {
    return LifeWalk.rounded(at, now);
  }
}
