package holdfast.session;

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
  /// R20: how long the first QR ref lives, and each later one.
  private static final Duration FIRST_REF = Duration.ofMinutes(1);

  private static final Duration LATER_REF = Duration.ofSeconds(20);

  private final Life life;
  private final Instant now;
  private final Endings endings;
  private final List<Life.Effect> effects = new ArrayList<>();
  private Control control;

  LifeStep(Life life, Instant now, Policy policy, RandomGenerator random) {
    this.life = life;
    this.now = now;
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
          case Life.Input.AccountChanged it -> accountChanged(it);
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
    return new Control(
        control.wanted(),
        next.word(),
        control.generation(),
        control.account(),
        control.conflicts(),
        control.lastDisconnect());
  }

  private void wanted(boolean wish) {
    control =
        new Control(
            wish,
            control.phase(),
            control.generation(),
            control.account(),
            control.conflicts(),
            control.lastDisconnect());
  }

  private void answer(Caller caller, Outcome outcome) {
    effects.add(new Life.Effect.Answer(caller, outcome));
  }

  private void say(String line) {
    effects.add(new Life.Effect.Say(line));
  }

  // ---- what people ask for

  private Phase start(Life.Input.Start start) {
    var waiter = new Phase.Waiter(start.caller(), start.until(), false);
    return switch (life.phase()) {
      case Phase.Stopped _, Phase.LoggedOut _, Phase.Refused _ -> begin(start, waiter);
      case Phase.Conflicted it when !it.left(now).isZero() -> {
        answer(start.caller(), new Outcome.CoolingDown(it.left(now)));
        yield it;
      }
      case Phase.Conflicted _ -> begin(start, waiter);
      case Phase.Connected it when start.forceRelink() -> relink(it.generation(), waiter);
      case Phase.Connected it -> {
        say("session reused");
        answer(start.caller(), new Outcome.AlreadyConnected());
        yield it;
      }
      case Phase.Closing it -> startWhileClosing(it, start, waiter);
      case Phase.Waiting it when !it.fixed() -> {
        say("start brings the reconnect forward");
        yield reopen(join(it.attempt(), waiter).until(now.plus(Life.START_LIMIT)), false);
      }
      case Phase.Waiting it ->
          new Phase.Waiting(
              join(it.attempt(), waiter).until(now.plus(Life.START_LIMIT)),
              it.until(),
              it.why(),
              true);
      case Phase.Connecting it ->
          new Phase.Connecting(
              it.generation(), join(it.attempt(), waiter), it.until(), it.restarting());
      case Phase.AwaitingScan it -> {
        var joined = promptShown(join(it.attempt(), waiter));
        yield new Phase.AwaitingScan(it.generation(), joined, it.ref(), it.refEnds(), it.later());
      }
      case Phase.AwaitingCode it ->
          new Phase.AwaitingCode(
              it.generation(), promptShown(join(it.attempt(), waiter)), it.codeEnds());
      case Phase.Restarting it -> new Phase.Restarting(join(it.attempt(), waiter), it.until());
      case Phase.Verifying it -> new Phase.Verifying(it.generation(), join(it.attempt(), waiter));
    };
  }

  private Phase begin(Life.Input.Start start, Phase.Waiter waiter) {
    wanted(true);
    var registering = start.forceRelink() || !life.isLinked();
    return reopen(answerNow(Phase.Attempt.begin(now, registering, List.of()), waiter), false);
  }

  /// A caller that doesn't wait is answered at once; others join the attempt.
  private Phase.Attempt answerNow(Phase.Attempt attempt, Phase.Waiter waiter) {
    if (waiter.until() == Input.Wait.NONE) {
      answer(
          waiter.caller(), waiter.joined() ? new Outcome.StartInProgress() : new Outcome.Started());
      return attempt;
    }
    return attempt.joinedBy(waiter);
  }

  private Phase.Attempt join(Phase.Attempt attempt, Phase.Waiter waiter) {
    say("start joined");
    wanted(true);
    return answerNow(attempt, new Phase.Waiter(waiter.caller(), waiter.until(), true));
  }

  private Phase relink(long generation, Phase.Waiter waiter) {
    wanted(true);
    var attempt = answerNow(Phase.Attempt.begin(now, true, List.of()), waiter);
    return closeThen(generation, new Phase.Restarting(attempt, now), List.of());
  }

  private Phase startWhileClosing(
      Phase.Closing closing, Life.Input.Start start, Phase.Waiter waiter) {
    var under = life.attempt();
    wanted(true);
    var attempt =
        under.isPresent()
            ? join(under.get(), waiter)
            : answerNow(
                Phase.Attempt.begin(now, start.forceRelink() || !life.isLinked(), List.of()),
                waiter);
    closing.stoppers().forEach(caller -> answer(caller, new Outcome.Stopped()));
    var next =
        closing.next() instanceof Phase.Waiting it && it.fixed()
            ? new Phase.Waiting(attempt, it.until(), it.why(), true)
            : new Phase.Restarting(attempt, now);
    return new Phase.Closing(
        closing.generation(), closing.until(), closing.destroyed(), next, List.of());
  }

  private Phase stop(Caller caller) {
    wanted(false);
    failWaiters("stopped", 0, "");
    var next = new Phase.Stopped(Optional.empty());
    if (life.phase() instanceof Phase.Closing it) {
      var stoppers = new ArrayList<>(it.stoppers());
      stoppers.add(caller);
      return new Phase.Closing(it.generation(), it.until(), it.destroyed(), next, stoppers);
    }
    if (life.owned().isPresent()) {
      return closeThen(life.owned().get(), next, List.of(caller));
    }
    answer(caller, new Outcome.Stopped());
    return switch (life.phase()) {
      case Phase.LoggedOut it -> it;
      case Phase.Refused it -> it;
      default -> next;
    };
  }

  /// Closes like a stop, but what is wanted and where it stood stays in the store for the next
  /// process.
  private Phase shutDown(Caller caller) {
    failWaiters("shutting_down", 0, "");
    if (life.phase() instanceof Phase.Closing it) {
      var stoppers = new ArrayList<>(it.stoppers());
      stoppers.add(caller);
      return new Phase.Closing(
          it.generation(), it.until(), it.destroyed(), asFound(it.next()), stoppers);
    }
    if (life.owned().isPresent()) {
      return closeThen(life.owned().get(), new Phase.Stopped(Optional.empty()), List.of(caller));
    }
    answer(caller, new Outcome.Stopped());
    return asFound(life.phase());
  }

  private static Phase asFound(Phase phase) {
    return switch (phase) {
      case Phase.LoggedOut _, Phase.Refused _, Phase.Conflicted _ -> phase;
      default -> new Phase.Stopped(Optional.empty());
    };
  }

  private Phase restore() {
    var idle = life.phase() instanceof Phase.Stopped;
    return idle && control.wanted() && life.isLinked()
        ? reopen(Phase.Attempt.begin(now, false, List.of()), false)
        : life.phase();
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
    answer(caller, new Outcome.StartInProgress());
    var others =
        under.get().waiters().stream().filter(waiter -> !waiter.caller().equals(caller)).toList();
    return Attempts.with(life.phase(), under.get().waitedForBy(others));
  }

  // ---- what the connection says

  private Phase refsOffered(List<String> refs) {
    if (!(life.phase() instanceof Phase.Connecting it) || refs.isEmpty()) {
      return life.phase();
    }
    return new Phase.AwaitingScan(
        it.generation(),
        promptShown(it.attempt()),
        refs.getFirst(),
        now.plus(FIRST_REF),
        refs.subList(1, refs.size()));
  }

  private Phase codeShown(Instant ends) {
    return switch (life.phase()) {
      case Phase.Connecting it ->
          new Phase.AwaitingCode(it.generation(), promptShown(it.attempt()), ends);
      case Phase.AwaitingScan it ->
          new Phase.AwaitingCode(it.generation(), promptShown(it.attempt()), ends);
      case Phase.AwaitingCode it -> new Phase.AwaitingCode(it.generation(), it.attempt(), ends);
      case Phase other -> other;
    };
  }

  /// Those who wait for something to act on have it.
  private Phase.Attempt promptShown(Phase.Attempt attempt) {
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

  private static Outcome succeeded(Phase.Waiter waiter) {
    return waiter.joined() ? new Outcome.JoinedStartCompleted() : new Outcome.Started();
  }

  private Phase paired(Life.Input.Paired paired) {
    account(paired.account());
    var limit = now.plus(Life.START_LIMIT); // R8: the bound runs anew from the scan
    return switch (life.phase()) {
      case Phase.Connecting it ->
          new Phase.Connecting(it.generation(), it.attempt().linked().until(limit), limit, true);
      case Phase.AwaitingScan it ->
          new Phase.Connecting(it.generation(), it.attempt().linked().until(limit), limit, true);
      case Phase.AwaitingCode it ->
          new Phase.Connecting(it.generation(), it.attempt().linked().until(limit), limit, true);
      case Phase other -> other;
    };
  }

  private void account(holdfast.store.Account account) {
    control =
        new Control(
            control.wanted(),
            control.phase(),
            control.generation(),
            Optional.of(account),
            control.conflicts(),
            control.lastDisconnect());
  }

  private Phase accountChanged(Life.Input.AccountChanged changed) {
    if (life.isLinked()) {
      account(changed.account());
    }
    return life.phase();
  }

  private Phase loggedIn() {
    return life.phase() instanceof Phase.Connecting it
        ? new Phase.Verifying(it.generation(), it.attempt())
        : life.phase();
  }

  private Phase proven() {
    if (!(life.phase() instanceof Phase.Verifying it)) {
      return life.phase();
    }
    say("connected and verified");
    it.attempt().waiters().forEach(waiter -> answer(waiter.caller(), succeeded(waiter)));
    return new Phase.Connected(
        it.generation(),
        now,
        now,
        now.plus(Life.PING_EVERY),
        Optional.empty(),
        it.attempt().ended());
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
      return it; // on its way already, for a reason that came first
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
    closing.stoppers().forEach(caller -> answer(caller, new Outcome.Stopped()));
    return settle(closing.next());
  }

  /// No socket is left: what was to follow begins, at once when its time has come.
  private Phase settle(Phase next) {
    return switch (next) {
      case Phase.Restarting it when !it.until().isAfter(now) ->
          reopen(it.attempt(), !it.attempt().registering());
      case Phase.Waiting it when !it.until().isAfter(now) -> reopen(it.attempt(), false);
      case Phase other -> other;
    };
  }

  /// The one place from which a socket is asked for (R2): only ever without one.
  private Phase reopen(Phase.Attempt attempt, boolean restarting) {
    var generation = control.generation() + 1;
    control =
        new Control(
            control.wanted(),
            control.phase(),
            generation,
            control.account(),
            control.conflicts(),
            control.lastDisconnect());
    effects.add(new Life.Effect.Open(generation, attempt.registering()));
    return new Phase.Connecting(generation, attempt, now.plus(Life.CONNECT_LIMIT), restarting);
  }

  // ---- the link's end, and time

  private Phase unlinked(Caller caller) {
    failWaiters("logged_out", 0, "");
    wanted(false);
    effects.add(new Life.Effect.ForgetLink());
    control =
        new Control(
            false,
            control.phase(),
            control.generation(),
            Optional.empty(),
            Control.Conflicts.NONE,
            control.lastDisconnect());
    answer(caller, new Outcome.LoggedOut());
    var next =
        new Phase.LoggedOut(new Ending(Ending.Kind.LOGGED_OUT, 401, "logged_out", "by the user"));
    return switch (life.phase()) {
      case Phase.Closing it ->
          new Phase.Closing(it.generation(), it.until(), it.destroyed(), next, it.stoppers());
      case Phase _ when life.owned().isPresent() -> closeThen(life.owned().get(), next, List.of());
      case Phase _ -> next;
    };
  }

  private void failWaiters(String reason, int code, String text) {
    life.attempt().stream()
        .flatMap(it -> it.waiters().stream())
        .forEach(
            waiter ->
                answer(
                    waiter.caller(), new Outcome.StartFailed(reason, code, text, waiter.joined())));
  }

  private Phase alarm() {
    var due = life.phase().deadline().filter(deadline -> !deadline.isAfter(now));
    if (due.isEmpty()) {
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

  private Phase nextRef(Phase.AwaitingScan it) {
    if (it.later().isEmpty()) {
      return end(Ending.CODES_EXPIRED);
    }
    return new Phase.AwaitingScan(
        it.generation(),
        it.attempt(),
        it.later().getFirst(),
        it.refEnds().plus(LATER_REF),
        it.later().subList(1, it.later().size()));
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
        now.plus(Life.PING_EVERY),
        Optional.of(now.plus(Life.PING_LIMIT)),
        it.ended());
  }

  /// R38: told once at the heartbeat that passes the mark.
  private void sayWhenStable(Phase.Connected it) {
    for (var minutes : List.of(5L, 60L)) {
      var mark = it.since().plus(Duration.ofMinutes(minutes));
      if (!now.isBefore(mark) && now.minus(Life.PING_EVERY).isBefore(mark)) {
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

  private Phase waitOver(Phase.Waiting it) {
    if (!it.until().isAfter(now)) {
      return reopen(it.attempt(), false);
    }
    // The callers' bound is over; the reconnect stays planned (R8).
    failWaiters(it.why().reason(), it.why().code(), it.why().text());
    return new Phase.Waiting(it.attempt().waitedForBy(List.of()), it.until(), it.why(), it.fixed());
  }
}
