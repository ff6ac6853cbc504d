package holdfast.session;

import holdfast.store.Account;
import holdfast.store.Control;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// One step of [Life], while it is worked out. By input first, then by phase: most of what a
/// connection says is answered
/// alike in all phases that own it, and dropped in all others.
final class LifeStep {
  private final Life life;
  private final Instant now;
  private final Times times;
  private final Endings endings;
  private final List<Life.Effect> effects = new ArrayList<>();
  private final Callers callers = new Callers(effects);
  private Control control;

  LifeStep(Life life, Instant now, Policy policy, RandomGenerator random) {
    this.life = life;
    this.now = now;
    this.times = policy.times();
    this.endings = new Endings(now, policy, random);
    this.control = life.control();
  }

  Life.Step take(Life.Input input) {
    var next =
        switch (input) {
          case Life.Input.Start it -> start(it);
          case Life.Input.Stop it -> stop(it.caller());
          case Life.Input.Restore _ -> restore();
          case Life.Input.ShutDown it -> shutDown(it.caller());
          case Life.Input.GiveUp it -> giveUp(it.caller());
          case Life.Input.ConnectionClosed it ->
              owns(it.generation()) ? closed(it.ending()) : life.phase();
          case Life.Input.Ended it -> owns(it.generation()) ? end(it.ending()) : life.phase();
          case Life.Input.RefsOffered it ->
              owns(it.generation()) ? refsOffered(it.refs()) : life.phase();
          case Life.Input.CodeShown it ->
              owns(it.generation()) ? codeShown(it.ends()) : life.phase();
          case Life.Input.Paired it -> owns(it.generation()) ? paired(it) : life.phase();
          case Life.Input.LoggedIn it -> owns(it.generation()) ? loggedIn() : life.phase();
          case Life.Input.Proven it -> owns(it.generation()) ? proven() : life.phase();
          case Life.Input.PingAnswered it -> owns(it.generation()) ? pingAnswered() : life.phase();
          case Life.Input.Unlinked it -> unlinked(it.caller());
          case Life.Input.AccountChanged it ->
              owns(it.generation()) ? accountChanged(it.account()) : life.phase();
          case Life.Input.Nudge _ ->
              life.phase() instanceof Phase.Waiting it && !it.fixed()
                  ? reopen(it.attempt(), false)
                  : life.phase();
          case Life.Input.Alarm _ -> alarm();
        };
    return new Life.Step(new Life(next, control(next)), effects);
  }

  private boolean owns(long generation) {
    return life.owned().equals(Optional.of(generation));
  }

  /// The phase's word is durable: it says what a restart finds.
  private Control control(Phase next) {
    return control.withPhase(next.word());
  }

  private void say(String line) {
    effects.add(new Life.Effect.Say(line));
  }

  // ---- what people ask for

  private Phase start(Life.Input.Start start) {
    return switch (life.phase()) {
      case Phase.Stopped _, Phase.LoggedOut _, Phase.Refused _, Phase.Conflicted _ -> begin(start);
      case Phase.Connected it when start.forceRelink() ->
          reopenAfterClose(it.generation(), fresh(start));
      case Phase.Connected it -> {
        say("session reused");
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
    return isCoolingDown(start) ? life.phase() : reopen(fresh(start), false);
  }

  /// R16: whatever has happened since, until the cool-down is over nothing begins.
  private boolean isCoolingDown(Life.Input.Start start) {
    var ends = control.conflicts().coolDownEnds();
    if (!now.isBefore(ends)) {
      return false;
    }
    callers.answer(start.caller(), new Outcome.CoolingDown(Duration.between(now, ends)));
    return true;
  }

  private Phase.Attempt fresh(Life.Input.Start start) {
    control = control.withWanted(true);
    return callers.taken(
        Phase.Attempt.begin(now, aim(start)),
        new Phase.Waiter(start.caller(), start.until(), false));
  }

  /// R27: a new link that came to an end before it had proven itself gives way to the one before.
  private Phase.Aim aim(Life.Input.Start start) {
    if (start.forceRelink() || !life.hasALink()) {
      return Phase.Aim.LINK;
    }
    return control.former().isPresent() ? Phase.Aim.RETURN : Phase.Aim.LOGIN;
  }

  /// With a bound of its own only where the attempt has none that still counts.
  private Phase.Attempt join(Phase.Attempt attempt, Life.Input.Start start) {
    say("start joined");
    control = control.withWanted(true);
    var aim =
        relinks(attempt, start) ? attempt.relinking().until(now.plus(Life.START_LIMIT)) : attempt;
    return callers.taken(aim, new Phase.Waiter(start.caller(), start.until(), true));
  }

  private Phase reopenAfterClose(long generation, Phase.Attempt attempt) {
    return closeThen(generation, new Phase.Restarting(attempt, now), List.of());
  }

  /// R15: brought forward, but after a conflict or while the revision is being refreshed.
  private Phase startWhileWaiting(Phase.Waiting it, Life.Input.Start start) {
    var attempt = join(it.attempt(), start).until(now.plus(Life.START_LIMIT));
    return it.fixed()
        ? new Phase.Waiting(attempt, it.until(), it.why(), true)
        : reopen(attempt, false);
  }

  private Phase startWhileClosing(Phase.Closing closing, Life.Input.Start start) {
    var under = life.attempt();
    if (under.isEmpty() && isCoolingDown(start)) {
      return closing;
    }
    var attempt =
        under.isPresent()
            ? join(under.get(), start).until(now.plus(Life.START_LIMIT))
            : fresh(start);
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

  private Phase stop(Caller caller) {
    control = control.withWanted(false);
    return end(caller, Ending.STOPPED, new Phase.Stopped(Optional.empty()));
  }

  /// Closes like a stop, but what is wanted stays in the store for the next process.
  private Phase shutDown(Caller caller) {
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
      return closeThen(life.owned().get(), stopped, List.of(caller));
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
  private Phase restore() {
    if (!(life.phase() instanceof Phase.Stopped it)) {
      return life.phase();
    }
    if (life.isLinked() && control.wanted() && !it.why().equals(Optional.of(Ending.RESTARTED))) {
      return reopen(Phase.Attempt.begin(now, Phase.Aim.LOGIN), false);
    }
    control = control.withWanted(false);
    return it;
  }

  private Phase giveUp(Caller caller) {
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

  // ---- what the connection says

  private Phase refsOffered(List<String> refs) {
    if (!(life.phase() instanceof Phase.Connecting it)
        || !it.attempt().registering()
        || refs.isEmpty()) {
      return life.phase();
    }
    return new Phase.AwaitingScan(
        it.generation(),
        callers.promptShown(it.attempt()),
        refs.getFirst(),
        now.plus(times.firstQr()),
        refs.subList(1, refs.size()));
  }

  private Phase codeShown(Instant ends) {
    return switch (life.phase()) {
      case Phase.AwaitingScan it ->
          new Phase.AwaitingCode(it.generation(), callers.promptShown(it.attempt()), ends);
      case Phase.AwaitingCode it -> new Phase.AwaitingCode(it.generation(), it.attempt(), ends);
      case Phase other -> other;
    };
  }

  /// R8: the attempt's bound runs anew from the scan.
  private Phase paired(Life.Input.Paired paired) {
    if (!life.isPairing()) {
      return life.phase();
    }
    control =
        control
            .withFormer(control.former().or(control::account))
            .withAccount(Optional.of(paired.account()));
    var limit = now.plus(Life.START_LIMIT);
    var attempt = life.attempt().orElseThrow().linked().until(limit);
    return new Phase.Connecting(life.owned().orElseThrow(), attempt, limit, true);
  }

  private Phase accountChanged(Account account) {
    if (life.isLinked()) {
      control = control.withAccount(Optional.of(account));
    }
    return life.phase();
  }

  private Phase loggedIn() {
    return life.phase() instanceof Phase.Connecting it && !it.attempt().registering()
        ? new Phase.Verifying(it.generation(), it.attempt())
        : life.phase();
  }

  private Phase proven() {
    if (!(life.phase() instanceof Phase.Verifying it)) {
      return life.phase();
    }
    say("connected and verified");
    control = control.withFormer(Optional.empty());
    effects.add(new Life.Effect.LinkProven());
    callers.connected(it.attempt());
    return new Phase.Connected(
        it.generation(),
        now,
        now,
        now.plus(times.keepAlive()),
        Optional.empty(),
        it.attempt().tally().ended());
  }

  private Phase pingAnswered() {
    return life.phase() instanceof Phase.Connected it
        ? new Phase.Connected(
            it.generation(), it.since(), now, it.pingDue(), Optional.empty(), it.ended())
        : life.phase();
  }

  /// The connection must go, for this reason.
  private Phase end(Ending ending) {
    if (life.phase() instanceof Phase.Closing it) {
      // On its way already, for a reason that came first. What the server says meanwhile weighs
      // more than a loss that would just be followed by another try (R16, R17).
      boolean triedAgain = it.next() instanceof Phase.Waiting next && !next.fixed();
      return triedAgain && ending.isOfTheLink() ? it.then(after(ending), it.stoppers()) : it;
    }
    return closeThen(life.owned().orElseThrow(), after(ending), List.of());
  }

  /// The connection is gone.
  private Phase closed(Ending ending) {
    if (life.phase() instanceof Phase.Closing it) {
      return closingDone(it);
    }
    return settle(after(ending));
  }

  private Phase after(Ending ending) {
    var aftermath = endings.after(life, ending);
    control = aftermath.control();
    effects.addAll(aftermath.effects());
    return aftermath.phase();
  }

  private Phase closeThen(long generation, Phase next, List<Caller> stoppers) {
    effects.add(new Life.Effect.Close(generation));
    return new Phase.Closing(generation, now.plus(Life.CLOSE_GRACE), false, next, stoppers);
  }

  private Phase closingDone(Phase.Closing closing) {
    callers.stopped(closing.stoppers());
    return settle(closing.next());
  }

  /// No socket is left: what was to follow begins, at once when its time has come.
  private Phase settle(Phase next) {
    return switch (next) {
      case Phase.Restarting it when isDue(it) ->
          reopenInTime(it.attempt(), Ending.TIMED_OUT, it.attempt().tally().restarted());
      case Phase.Waiting it when isDue(it) -> waitOver(it);
      case Phase other -> other;
    };
  }

  private boolean isDue(Phase phase) {
    return phase.deadline().filter(deadline -> !deadline.isAfter(now)).isPresent();
  }

  /// R8: when the attempt's bound is over its callers are told; what was to make a link is over
  /// then, what uses one goes on.
  private Phase reopenInTime(Phase.Attempt attempt, Ending why, boolean restarting) {
    if (!attempt.isBound() || attempt.deadline().isAfter(now)) {
      return reopen(attempt, restarting);
    }
    var alone = callers.failed(attempt, why);
    if (!alone.registering()) {
      return reopen(alone, restarting);
    }
    control = control.withWanted(false);
    return new Phase.Stopped(Optional.of(why));
  }

  /// The one place from which a socket is asked for (R2): only ever without one. A reconnect that
  /// nobody waits for has its bound from now on.
  private Phase reopen(Phase.Attempt attempt, boolean restarting) {
    control = control.withGeneration(control.generation() + 1);
    var using = attempt.aim() == Phase.Aim.RETURN ? broughtBack(attempt) : attempt;
    effects.add(new Life.Effect.Open(control.generation(), using.registering()));
    var bound = using.isBound() ? using : using.until(now.plus(Life.START_LIMIT));
    return new Phase.Connecting(control.generation(), bound, now.plus(times.connect()), restarting);
  }

  /// Only now: until its connection was gone the newer link was the one in use.
  private Phase.Attempt broughtBack(Phase.Attempt attempt) {
    control = control.withAccount(control.former()).withFormer(Optional.empty());
    effects.add(new Life.Effect.BringLinkBack());
    return attempt.linked();
  }

  // ---- the link's end, and time

  private Phase unlinked(Caller caller) {
    life.attempt().ifPresent(attempt -> callers.failed(attempt, Ending.UNLINKED));
    effects.add(new Life.Effect.ForgetLink());
    control =
        control
            .withWanted(false)
            .withAccount(Optional.empty())
            .withFormer(Optional.empty())
            .withConflicts(Control.Conflicts.NONE);
    callers.answer(caller, new Outcome.LoggedOut());
    var next = new Phase.LoggedOut(Ending.UNLINKED);
    return switch (life.phase()) {
      case Phase.Closing it -> it.then(next, it.stoppers());
      case Phase _ when life.owned().isPresent() -> closeThen(life.owned().get(), next, List.of());
      case Phase _ -> next;
    };
  }

  private Phase alarm() {
    if (!isDue(life.phase())) {
      return life.phase();
    }
    return switch (life.phase()) {
      case Phase.Connecting _, Phase.Verifying _ -> end(Ending.TIMED_OUT);
      case Phase.AwaitingScan it -> nextRef(it);
      case Phase.AwaitingCode _ -> end(Ending.CODES_EXPIRED);
      case Phase.Restarting it -> settle(it);
      case Phase.Connected it -> heartbeat(it);
      case Phase.Closing it -> graceOver(it);
      case Phase.Waiting it -> waitOver(it);
      case Phase.Stopped it -> it;
      case Phase.Conflicted it -> it;
      case Phase.LoggedOut it -> it;
      case Phase.Refused it -> it;
    };
  }

  /// However late the alarm is: a ref whose time has passed as well is skipped.
  private Phase nextRef(Phase.AwaitingScan it) {
    var ends = it.refEnds();
    for (int index = 0; index < it.later().size(); index++) {
      ends = ends.plus(times.qr());
      if (ends.isAfter(now)) {
        var rest = it.later().subList(index + 1, it.later().size());
        return new Phase.AwaitingScan(
            it.generation(), it.attempt(), it.later().get(index), ends, rest);
      }
    }
    return end(Ending.CODES_EXPIRED);
  }

  private Phase heartbeat(Phase.Connected it) {
    if (it.answerDue().isPresent()) {
      return end(Ending.KEEP_ALIVE_LOST);
    }
    effects.add(new Life.Effect.Ping(it.generation()));
    sayWhenStable(it);
    return new Phase.Connected(
        it.generation(),
        it.since(),
        it.verifiedAt(),
        now.plus(times.keepAlive()),
        Optional.of(now.plus(times.pong())),
        it.ended());
  }

  /// R38: told once at the heartbeat that passes the mark.
  private void sayWhenStable(Phase.Connected it) {
    for (var minutes : List.of(5L, 60L)) {
      var mark = it.since().plus(Duration.ofMinutes(minutes));
      if (!now.isBefore(mark) && now.minus(times.keepAlive()).isBefore(mark)) {
        say("connection stable for " + minutes + " minutes");
      }
    }
  }

  private Phase graceOver(Phase.Closing it) {
    if (it.destroyed()) {
      return closingDone(it); // even the destruction gave no sign: nothing more can be awaited
    }
    effects.add(new Life.Effect.Destroy(it.generation()));
    return new Phase.Closing(
        it.generation(), now.plus(Life.CLOSE_GRACE), true, it.next(), it.stoppers());
  }

  /// The callers' bound may be over before the reconnect is due, which stays planned.
  private Phase waitOver(Phase.Waiting it) {
    return it.until().isAfter(now) && !it.attempt().registering()
        ? new Phase.Waiting(
            callers.failed(it.attempt(), it.why()), it.until(), it.why(), it.fixed())
        : reopenInTime(it.attempt(), it.why(), false);
  }
}
