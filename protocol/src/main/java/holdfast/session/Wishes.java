package holdfast.session;

import holdfast.store.Control;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What people ask of a life, and what becomes of it: the part of a [LifeStep] that answers them.
final class Wishes {
  private final LifeStep step;
  private final Life life;
  private final Instant now;
  private final Callers callers;

  Wishes(LifeStep step) {
    this.step = step;
    this.life = step.life;
    this.now = step.now;
    this.callers = step.callers;
  }

  Phase start(Life.Input.Start start) {
    return switch (life.phase()) {
      case Phase.Stopped _, Phase.LoggedOut _, Phase.Refused _, Phase.Conflicted _ -> begin(start);
      case Phase.Connected it when start.forceRelink() ->
          reopenAfterClose(it.generation(), fresh(start));
      case Phase.Connected it -> {
        step.say("session reused");
        callers.answer(start.caller(), new Outcome.AlreadyConnected());
        yield it;
      }
      case Phase.Closing it -> startWhileClosing(it, start);
      case Phase.Waiting it -> startWhileWaiting(it, start);
      case Phase.Restarting it -> new Phase.Restarting(join(it.attempt(), start), it.until());
      case Phase.Connecting it when relinks(it.attempt(), start) ->
          reopenAfterClose(it.generation(), join(it.attempt(), start));
      case Phase.Connecting it ->
          new Phase.Connecting(
              it.generation(), join(it.attempt(), start), it.until(), it.restarting());
      case Phase.AwaitingScan it -> {
        var joined = callers.promptShown(join(it.attempt(), start));
        yield new Phase.AwaitingScan(it.generation(), joined, it.ref(), it.refEnds(), it.later());
      }
      case Phase.AwaitingCode it ->
          new Phase.AwaitingCode(
              it.generation(), callers.promptShown(join(it.attempt(), start)), it.codeEnds());
      case Phase.Verifying it when relinks(it.attempt(), start) ->
          reopenAfterClose(it.generation(), join(it.attempt(), start));
      case Phase.Verifying it -> new Phase.Verifying(it.generation(), join(it.attempt(), start));
    };
  }

  /// R4, R27: only a start that forces a new link ends a connection, and only one that makes use of
  /// the old link.
  private static boolean relinks(Phase.Attempt attempt, Life.Input.Start start) {
    return start.forceRelink() && !attempt.registering();
  }

  private Phase begin(Life.Input.Start start) {
    return isCoolingDown(start) ? life.phase() : step.reopen(fresh(start), Life.Why.START);
  }

  /// R16: whatever has happened since, until the cool-down is over nothing begins.
  private boolean isCoolingDown(Life.Input.Start start) {
    var ends = step.control.conflicts().coolDownEnds();
    if (!now.isBefore(ends)) {
      return false;
    }
    callers.answer(start.caller(), new Outcome.CoolingDown(Duration.between(now, ends)));
    return true;
  }

  private Phase.Attempt fresh(Life.Input.Start start) {
    step.control = step.control.withWanted(true);
    return callers.taken(
        Phase.Attempt.begin(now, aim(start)),
        new Phase.Waiter(start.caller(), start.until(), false));
  }

  /// R27: a new link that came to an end before it had proven itself gives way to the one before.
  private Phase.Aim aim(Life.Input.Start start) {
    if (start.forceRelink() || !life.hasALink()) {
      return Phase.Aim.LINK;
    }
    return step.control.former().isPresent() ? Phase.Aim.RETURN : Phase.Aim.LOGIN;
  }

  /// With a bound of its own only where the attempt has none that still counts: else whoever starts
  /// every minute would keep an attempt alive for ever (R8).
  private Phase.Attempt joinInTime(Phase.Attempt attempt, Life.Input.Start start) {
    var joined = join(attempt, start);
    var counts = attempt.isBound() && attempt.deadline().isAfter(now);
    return counts ? joined : joined.until(now.plus(Life.START_LIMIT));
  }

  private Phase.Attempt join(Phase.Attempt attempt, Life.Input.Start start) {
    step.say("start joined");
    step.control = step.control.withWanted(true);
    var aim =
        relinks(attempt, start) ? attempt.relinking().until(now.plus(Life.START_LIMIT)) : attempt;
    return callers.taken(aim, new Phase.Waiter(start.caller(), start.until(), true));
  }

  private Phase reopenAfterClose(long generation, Phase.Attempt attempt) {
    return step.closeThen(generation, new Phase.Restarting(attempt, now), List.of());
  }

  /// R15: brought forward, but after a conflict or while the revision is being refreshed.
  private Phase startWhileWaiting(Phase.Waiting it, Life.Input.Start start) {
    var attempt = joinInTime(it.attempt(), start);
    return it.fixed()
        ? new Phase.Waiting(attempt, it.until(), it.why(), true)
        : step.reopen(attempt, Life.Why.START);
  }

  private Phase startWhileClosing(Phase.Closing closing, Life.Input.Start start) {
    var under = life.attempt();
    if (under.isEmpty() && isCoolingDown(start)) {
      return closing;
    }
    var attempt = under.isPresent() ? joinInTime(under.get(), start) : fresh(start);
    callers.stopped(closing.stoppers());
    var next =
        switch (closing.next()) {
          case Phase.Waiting it when it.fixed() ->
              new Phase.Waiting(attempt, it.until(), it.why(), true);
          case Phase.Restarting it -> new Phase.Restarting(attempt, it.until());
          case Phase _ -> new Phase.Restarting(attempt, now);
        };
    return closing.then(next, List.of());
  }

  Phase stop(Caller caller) {
    step.control =
        step.control
            .withWanted(false)
            .withConflicts(step.control.conflicts().waitingUntil(Instant.EPOCH));
    return end(caller, Ending.STOPPED, new Phase.Stopped(Optional.empty()));
  }

  /// Closes like a stop, but what is wanted stays in the store for the next process.
  Phase shutDown(Caller caller) {
    return end(caller, Ending.SHUT_DOWN, new Phase.Stopped(Optional.of(Ending.SHUT_DOWN)));
  }

  /// Ends what runs; what has ended by itself stays as it is.
  private Phase end(Caller caller, Ending why, Phase.Stopped stopped) {
    life.attempt().ifPresent(attempt -> callers.failed(attempt, why));
    if (life.phase() instanceof Phase.Closing it) {
      var stoppers = new ArrayList<>(it.stoppers());
      stoppers.add(caller);
      return it.then(ended(it.next(), stopped), stoppers);
    }
    if (life.owned().isPresent()) {
      return step.closeThen(life.owned().get(), stopped, List.of(caller));
    }
    callers.answer(caller, new Outcome.Stopped());
    return ended(life.phase(), stopped);
  }

  private static Phase ended(Phase phase, Phase.Stopped stopped) {
    return switch (phase) {
      case Phase.Stopped it when it.why().isPresent() -> it;
      case Phase.LoggedOut _, Phase.Refused _ -> phase;
      case Phase.Conflicted _ when stopped.why().isPresent() -> phase; // for the next process
      default -> stopped;
    };
  }

  /// R21: a link that was wanted goes on; a pairing that wasn't finished is over.
  Phase restore() {
    if (!(life.phase() instanceof Phase.Stopped it)) {
      return life.phase();
    }
    if (life.isLinked()
        && step.control.wanted()
        && !it.why().equals(Optional.of(Ending.RESTARTED))) {
      return step.reopen(Phase.Attempt.begin(now, Phase.Aim.LOGIN), Life.Why.RESTORE);
    }
    step.control = step.control.withWanted(false);
    return it;
  }

  Phase giveUp(Caller caller) {
    var under = life.attempt();
    var waits =
        under.stream()
            .flatMap(it -> it.waiters().stream())
            .anyMatch(waiter -> waiter.caller().equals(caller));
    if (!waits) {
      return life.phase();
    }
    callers.answer(caller, new Outcome.StartInProgress());
    var others =
        under.get().waiters().stream().filter(waiter -> !waiter.caller().equals(caller)).toList();
    return Attempts.with(life.phase(), under.get().waitedForBy(others));
  }

  Phase unlinked(Caller caller) {
    life.attempt().ifPresent(attempt -> callers.failed(attempt, Ending.UNLINKED));
    step.effects.add(new Life.Effect.ForgetLink());
    var coolDownEnds = step.control.conflicts().coolDownEnds(); // R16: no way around it
    step.control =
        step.control
            .withWanted(false)
            .withAccount(Optional.empty())
            .withFormer(Optional.empty())
            .withConflicts(Control.Conflicts.coolingDown(coolDownEnds));
    callers.answer(caller, new Outcome.LoggedOut());
    var next = new Phase.LoggedOut(Ending.UNLINKED);
    return switch (life.phase()) {
      case Phase.Closing it -> it.then(next, it.stoppers());
      case Phase _ when life.owned().isPresent() ->
          step.closeThen(life.owned().get(), next, List.of());
      case Phase _ -> next;
    };
  }

  /// R15: something waits to be sent, so a reconnect that is planned is brought forward. That the
  /// network is back says nothing to one whom a server has answered.
  Phase nudge(Life.Why why) {
    if (!(life.phase() instanceof Phase.Waiting it) || it.fixed()) {
      return life.phase();
    }
    var concerned = why == Life.Why.SEND || it.why().kind() == Ending.Kind.UNREACHABLE;
    return concerned ? step.reopen(it.attempt(), why) : it;
  }
}
