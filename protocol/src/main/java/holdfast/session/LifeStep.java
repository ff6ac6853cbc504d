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
/// connection says is answered alike in all phases that own it, and dropped in all others.
final class LifeStep {
  private static final Duration PROMPTS_ABOUT_OVER = Duration.ofSeconds(2);

  final Life life;
  final Instant now;
  final List<Life.Effect> effects = new ArrayList<>();
  final Callers callers = new Callers(effects);
  Control control;
  private final Times times;
  private final Endings endings;

  LifeStep(Life life, Instant now, Policy policy, RandomGenerator random) {
    this.life = life;
    this.now = now;
    this.times = policy.times();
    this.endings = new Endings(now, policy, random);
    this.control = life.control();
  }

  Life.Step take(Life.Input input) {
    var wishes = new Wishes(this);
    var next =
        switch (input) {
          case Life.Input.Start it -> wishes.start(it);
          case Life.Input.Stop it -> wishes.stop(it.caller());
          case Life.Input.Restore _ -> wishes.restore();
          case Life.Input.ShutDown it -> wishes.shutDown(it.caller());
          case Life.Input.GiveUp it -> wishes.giveUp(it.caller());
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
          case Life.Input.Unlinked it -> wishes.unlinked(it.caller());
          case Life.Input.AccountChanged it ->
              owns(it.generation()) ? accountChanged(it.account()) : life.phase();
          case Life.Input.Nudge it -> wishes.nudge(it.why());
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

  void say(String line) {
    effects.add(new Life.Effect.Say(line));
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
    var aftermath = endings.after(life, isEndOfPrompts(ending) ? ending.asExpired() : ending);
    control = aftermath.control();
    effects.addAll(aftermath.effects());
    return aftermath.phase();
  }

  /// The server, too, closes when the last QR or the code runs out, and whose word comes first
  /// says nothing.
  private boolean isEndOfPrompts(Ending ending) {
    var end =
        switch (life.phase()) {
          case Phase.AwaitingScan it ->
              it.refEnds().plus(times.qr().multipliedBy(it.later().size()));
          case Phase.AwaitingCode it -> it.codeEnds();
          default -> Instant.MAX;
        };
    return ending.isMereClose() && end.minus(PROMPTS_ABOUT_OVER).isBefore(now);
  }

  Phase closeThen(long generation, Phase next, List<Caller> stoppers) {
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
          reopenInTime(
              it.attempt(),
              Ending.TIMED_OUT,
              it.attempt().tally().restarted() ? Life.Why.RESTART : Life.Why.START);
      case Phase.Waiting it when isDue(it) -> waitOver(it);
      case Phase other -> other;
    };
  }

  private boolean isDue(Phase phase) {
    return phase.deadline().filter(deadline -> !deadline.isAfter(now)).isPresent();
  }

  /// R8: when the attempt's bound is over its callers are told; what was to make a link is over
  /// then, what uses one goes on.
  private Phase reopenInTime(Phase.Attempt attempt, Ending late, Life.Why why) {
    if (!attempt.isBound() || attempt.deadline().isAfter(now)) {
      return reopen(attempt, why);
    }
    var alone = callers.failed(attempt, late);
    if (!alone.registering()) {
      return reopen(alone, why);
    }
    control = control.withWanted(false);
    return new Phase.Stopped(Optional.of(late));
  }

  /// The one place from which a socket is asked for (R2): only ever without one. A reconnect that
  /// nobody waits for has its bound from now on.
  Phase reopen(Phase.Attempt attempt, Life.Why why) {
    var told = why == Life.Why.START ? whyStarted(attempt) : why;
    control =
        control
            .withGeneration(control.generation() + 1)
            .withConflicts(control.conflicts().waitingUntil(Instant.EPOCH));
    var using = attempt.aim() == Phase.Aim.RETURN ? broughtBack(attempt) : attempt;
    effects.add(new Life.Effect.Open(control.generation(), using.registering(), told));
    var bound = using.isBound() ? using : using.until(now.plus(Life.START_LIMIT));
    return new Phase.Connecting(
        control.generation(), bound, now.plus(times.connect()), why == Life.Why.RESTART);
  }

  private Life.Why whyStarted(Phase.Attempt attempt) {
    return switch (attempt.aim()) {
      case LOGIN -> Life.Why.START;
      case LINK -> life.hasALink() ? Life.Why.RELINK : Life.Why.START;
      case RETURN -> Life.Why.RETURN;
    };
  }

  /// Only now: until its connection was gone the newer link was the one in use.
  private Phase.Attempt broughtBack(Phase.Attempt attempt) {
    control = control.withAccount(control.former()).withFormer(Optional.empty());
    effects.add(new Life.Effect.BringLinkBack());
    return attempt.linked();
  }

  // ---- time

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
        : reopenInTime(it.attempt(), it.why(), Life.Why.RECONNECT);
  }
}
