package holdfast.session;

import holdfast.store.Control;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What follows from the end of a connection (R13–R17): the next phase, what is remembered, who is
/// told.
final class Endings {
  private static final Duration STABLE = Duration.ofMinutes(1);
  /// R20: a connect without an answer is tried anew within that.
  private static final Duration UNREACHABLE_MAX = Duration.ofSeconds(2);
  private static final Duration CONFLICT_STEP = Duration.ofSeconds(5);
  private static final Duration CONFLICT_WAIT_MAX = Duration.ofSeconds(30);
  private static final Duration CONFLICTS_FORGOTTEN = Duration.ofMinutes(10);
  /// R41: the look-up of the revision has come to its end by then.
  private static final Duration OUTDATED_PAUSE = Duration.ofSeconds(10);

  record Aftermath(Phase phase, Control control, List<Life.Effect> effects) {}

  private final Instant now;
  private final Policy policy;
  private final RandomGenerator random;
  private final List<Life.Effect> effects = new ArrayList<>();

  Endings(Instant now, Policy policy, RandomGenerator random) {
    this.now = now;
    this.policy = policy;
    this.random = random;
  }

  Aftermath after(Life life, Ending ending) {
    var control = remembered(life, ending);
    var phase =
        switch (ending.kind()) {
          case RESTART -> restart(life, ending);
          case UNREACHABLE, LOST -> lost(life, ending);
          case CONFLICT -> conflict(life, control, ending);
          case OUTDATED -> outdated(life, ending);
          case LOGGED_OUT -> {
            control = unlinked(life, control);
            fail(life, ending);
            yield new Phase.LoggedOut(ending);
          }
          case BARRED -> {
            control = unlinked(life, control);
            fail(life, ending);
            yield new Phase.Refused(ending);
          }
          case REFUSED -> {
            fail(life, ending);
            yield new Phase.Refused(ending);
          }
          case EXPIRED -> {
            fail(life, ending);
            yield new Phase.Stopped(Optional.of(ending));
          }
        };
    var conflicts =
        ending.kind() == Ending.Kind.CONFLICT ? conflicts(control, phase) : control.conflicts();
    var wanted = control.wanted() && !isFinal(phase);
    return new Aftermath(
        phase,
        control.withWanted(wanted).withPhase(phase.word()).withConflicts(conflicts),
        effects);
  }

  /// What is said to an attempt to make a link says nothing of the link that there is (R27).
  private Control unlinked(Life life, Control control) {
    if (life.attempt().filter(Phase.Attempt::registering).isPresent()) {
      return control;
    }
    effects.add(
        control.former().isPresent() ? new Life.Effect.DropLink() : new Life.Effect.PutLinkAside());
    return control.withAccount(Optional.empty());
  }

  private static boolean isFinal(Phase phase) {
    return phase instanceof Phase.LoggedOut
        || phase instanceof Phase.Refused
        || phase instanceof Phase.Stopped
        || phase instanceof Phase.Conflicted;
  }

  private Control remembered(Life life, Ending ending) {
    var old = life.control();
    var end =
        new Control.Disconnect(
            ending.code(),
            ending.reason(),
            ending.text(),
            now,
            life.owned().orElse(old.generation()));
    return old.withLastDisconnect(end);
  }

  /// R13: reopened once. A server that says it again before the attempt has come to an end is one
  /// that ends connections.
  private Phase restart(Life life, Ending ending) {
    var attempt = attempt(life);
    return attempt.tally().restarted()
        ? lost(life, ending)
        : new Phase.Restarting(
            attempt.counting(attempt.tally().withRestarted()), now.plus(Life.RESTART_PAUSE));
  }

  /// The start under way, or a new one without callers when a connected session has lost its
  /// connection.
  private Phase.Attempt attempt(Life life) {
    return life.attempt()
        .orElseGet(
            () -> {
              var ended =
                  life.phase() instanceof Phase.Connected it && !isStable(it) ? it.ended() : 0;
              return Phase.Attempt.begin(now, Phase.Aim.LOGIN)
                  .counting(Phase.Tally.afterEnds(ended));
            });
  }

  private boolean isStable(Phase.Connected it) {
    return !now.isBefore(it.since().plus(STABLE));
  }

  private Phase lost(Life life, Ending ending) {
    var attempt = attempt(life);
    var onShow =
        life.phase() instanceof Phase.AwaitingScan || life.phase() instanceof Phase.AwaitingCode;
    if (onShow) {
      fail(life, ending); // the codes on show died with the connection: a person has to begin anew
      return new Phase.Stopped(Optional.of(ending));
    }
    var timedOut = !now.isBefore(attempt.deadline());
    if (!policy.managed() || (timedOut && attempt.registering())) {
      fail(life, ending);
      return new Phase.Stopped(Optional.of(ending));
    }
    if (timedOut) {
      fail(life, ending);
      attempt = attempt.waitedForBy(List.of());
    }
    var unanswered = ending.kind() == Ending.Kind.UNREACHABLE;
    var tally = unanswered ? attempt.tally().withUnanswered() : attempt.tally().withEnded();
    var until =
        unanswered
            ? policy.turns().take(now.plus(whileAway(tally.unanswered())))
            : now.plus(backOff(tally.ended()));
    return new Phase.Waiting(attempt.counting(tally), until, ending, false);
  }

  /// The network is away: half a second doubling to 2 s, the upper half of it by chance.
  private Duration whileAway(int failures) {
    var top = Math.min(UNREACHABLE_MAX.toMillis(), 500L << Math.min(failures - 1, 4));
    return Duration.ofMillis(top / 2 + random.nextLong(top / 2 + 1));
  }

  /// Full jitter under 1 s doubling to the longest delay (R15).
  private Duration backOff(int failures) {
    var top = Math.min(policy.maxDelay().toMillis(), 1000L << Math.min(failures - 1, 16));
    return Duration.ofMillis(random.nextLong(top + 1));
  }

  private Phase conflict(Life life, Control control, Ending ending) {
    if (!policy.managed()) {
      fail(life, ending);
      return new Phase.Stopped(Optional.of(ending));
    }
    var count = counted(control);
    if (count >= policy.conflictMax()) {
      fail(life, ending);
      return new Phase.Conflicted(now.plus(policy.coolDown()));
    }
    var delay = CONFLICT_STEP.multipliedBy(count);
    var shorter = delay.compareTo(CONFLICT_WAIT_MAX) < 0 ? delay : CONFLICT_WAIT_MAX;
    return new Phase.Waiting(attempt(life), now.plus(shorter), ending, true);
  }

  private int counted(Control control) {
    var old = control.conflicts();
    var forgotten = !now.isBefore(old.last().plus(CONFLICTS_FORGOTTEN));
    return forgotten ? 1 : old.count() + 1;
  }

  private Control.Conflicts conflicts(Control control, Phase phase) {
    var counted = new Control.Conflicts(counted(control), now, control.conflicts().coolDownEnds());
    return switch (phase) {
      case Phase.Conflicted it -> new Control.Conflicts(0, now, it.coolDownEnds());
      case Phase.Waiting it -> counted.waitingUntil(it.until());
      case Phase _ -> counted;
    };
  }

  private Phase outdated(Life life, Ending ending) {
    var attempt = attempt(life);
    if (attempt.tally().refreshed()) {
      fail(life, ending);
      return new Phase.Refused(ending);
    }
    effects.add(new Life.Effect.RefreshRevision());
    return new Phase.Waiting(
        attempt.counting(attempt.tally().withRefreshed()), now.plus(OUTDATED_PAUSE), ending, true);
  }

  private void fail(Life life, Ending ending) {
    life.attempt().ifPresent(attempt -> new Callers(effects).failed(attempt, ending));
  }
}
