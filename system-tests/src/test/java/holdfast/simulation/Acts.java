package holdfast.simulation;

import holdfast.message.SendRequest;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.session.Policy;
import holdfast.session.Status;
import holdfast.store.Outbound;
import java.time.Duration;
import java.util.Optional;

/// What callers, the contact, the phone and the faults do, one act at a time.
final class Acts {
  /// Where it happens.
  record Stage(Ground ground, Net net, Hub hub, Rules rules) {
    Swarm swarm() {
      return ground.swarm();
    }

    Shelf shelf() {
      return ground.shelf();
    }

    Agenda agenda() {
      return ground.agenda();
    }
  }

  private static final long SLACK_MS = 1_500;

  private final Stage stage;
  private final Chance chance;
  private final Asks asks;
  private final Texts texts;
  private final Machines machines;
  private boolean healed;
  private long lastWishMs = Long.MIN_VALUE / 2;
  private int wishes;

  Acts(Stage stage, Chance chance, Policy policy) {
    this.stage = stage;
    this.chance = chance;
    this.asks = stage.ground().asks();
    this.texts = new Texts(chance);
    this.machines = new Machines(stage.ground(), chance, policy);
  }

  private Machine machine() {
    return machines.current();
  }

  void begin() {
    stage.rules().runs(machine());
    start(Input.Wait.CONNECTED, false);
  }

  /// Something happens.
  void next() {
    if (machine().isDead()) {
      comeBack();
      return;
    }
    switch (chance.below(44)) {
      case 0, 1 -> start(Input.Wait.NONE, false);
      case 2 -> start(Input.Wait.QR, false);
      case 3, 4, 5 -> start(Input.Wait.CONNECTED, false);
      case 6 -> start(chance.of(Input.Wait.values()), chance.oneIn(2));
      case 7 -> stop();
      case 8 -> {
        stop();
        start(Input.Wait.NONE, false);
      }
      case 9 -> {
        if (chance.oneIn(3)) {
          logOut();
        }
      }
      case 10, 11, 12, 13, 14 -> send(chance.oneIn(4));
      case 15, 16, 17, 18 -> stage.hub().contactWrites();
      case 19, 20, 21 -> scan();
      case 22, 23 -> {
        // Only time passes; but who sees that the link is gone may want what is left to go as well.
        if (machine().loop().status().state().equals("logged_out")) {
          logOut();
        }
      }
      case 40, 41 -> askForCode();
      case 42, 43 -> type();
      default -> fault(stage.swarm().draw());
    }
  }

  // ---- what callers ask for

  private void start(Input.Wait until, boolean relink) {
    if (relink) {
      asks.ends();
    }
    asks.starts();
    var patience = chance.oneIn(8) ? Optional.<Duration>empty() : Optional.of(patience());
    asks.ask(
        machine(),
        relink ? "a relink" : "a start",
        caller -> new Input.Start(caller, until, relink),
        patience,
        patience.map(Duration::toMillis).orElse(Asks.PATIENT_MS) + SLACK_MS,
        _ -> {});
  }

  /// Some give up before anybody can have answered.
  private Duration patience() {
    return chance.oneIn(8)
        ? Duration.ofMillis(chance.below(40))
        : Duration.ofSeconds(1 + chance.below(200));
  }

  private Optional<Duration> hurry() {
    return chance.oneIn(3) ? Optional.of(Duration.ofMillis(chance.below(60))) : Optional.empty();
  }

  /// A request for a code, which is a start where nothing runs.
  private void askForCode() {
    asks.starts();
    var patience = patience();
    asks.ask(
        machine(),
        "a code",
        caller -> new Input.RequestCode(caller, Prepared.OWN.user()),
        Optional.of(patience),
        patience.toMillis() + SLACK_MS,
        _ -> {});
  }

  /// As a stop by a caller.
  void stop() {
    long asked = stage.agenda().nowMs();
    asks.stops();
    asks.ask(
        machine(),
        "a stop",
        Input.Stop::new,
        hurry(),
        4_000 + 2 * SLACK_MS,
        outcome -> {
          if (outcome instanceof Outcome.Stopped) {
            asks.stopAnswered(asked);
          }
        });
  }

  private void logOut() {
    asks.ends();
    stage.rules().forgetsConflicts();
    asks.ask(
        machine(),
        "a logout",
        Input.LogOut::new,
        hurry(),
        15_000 + SLACK_MS,
        _ -> stage.rules().forgetsConflicts());
  }

  private void send(boolean repeated) {
    int number = texts.number(repeated);
    boolean refused = chance.oneIn(5);
    var whenBusy = refused ? SendRequest.WhenBusy.REFUSE : SendRequest.WhenBusy.QUEUE;
    var request = Texts.request(number, Prepared.CONTACT, whenBusy);
    asks.ask(
        machine(),
        "a send",
        caller -> new Input.Send(caller, request),
        refused ? Optional.of(Duration.ofSeconds(30)) : Optional.empty(),
        (refused ? 30_000 : 0) + SLACK_MS,
        outcome -> texts.told(number, outcome));
  }

  private void scan() {
    machine()
        .loop()
        .status()
        .prompt()
        .flatMap(Status.Prompt::qr)
        .ifPresent(qr -> stage.hub().pairings().scanned(qr));
  }

  /// What is on show, or something like it.
  private void type() {
    boolean wrong = chance.oneIn(4) && !healed;
    machine()
        .loop()
        .status()
        .prompt()
        .flatMap(Status.Prompt::code)
        .ifPresent(code -> stage.hub().pairings().typed(wrong ? "1234567Z" : code));
  }

  // ---- what goes wrong

  private void fault(Fault fault) {
    switch (fault.place()) {
      case OPENING, FRAME_DOWN, FRAME_UP, ENDING, LOGIN, ANSWER, ALARM, MAILBOX ->
          stage.swarm().lieInWait(fault);
      case LINK -> link(fault);
      case STREAM -> stream(fault);
      case SERVER -> server(fault);
      case STORE -> store(fault);
      case PROCESS -> process(fault);
    }
  }

  /// The pause before a restart is short: some act in it. The end of who was thrown out by another
  /// is often told late.
  private void stream(Fault fault) {
    if (fault == Fault.CONFLICT && chance.oneIn(2)) {
      stage.swarm().lieInWait(Fault.SLOW_END);
      stage.swarm().lieInWait(Fault.SLOW_END);
    }
    stage.hub().ends(fault);
    if (fault == Fault.STREAM_515 && chance.oneIn(2)) {
      int what = chance.below(5);
      boolean relink = chance.oneIn(2);
      later(
          machine(),
          40L + chance.below(300),
          () -> {
            switch (what) {
              case 0 -> process(Fault.ORDERLY_RESTART);
              case 1, 2 -> logOut();
              case 3 -> start(Input.Wait.CONNECTED, relink);
              default -> stop();
            }
          });
    }
  }

  private void link(Fault fault) {
    var link = stage.net().links().isEmpty() ? null : stage.net().links().getLast();
    if (link == null || !link.isLive()) {
      return;
    }
    stage.swarm().met(fault);
    switch (fault) {
      case CUT -> link.cut();
      case HALF_OPEN -> link.dies();
      case DELAY -> stage.net().slowFor(2_000L + chance.below(30_000));
      case GARBAGE -> link.garbage();
      default -> throw new IllegalStateException("not of a link: " + fault);
    }
  }

  private void server(Fault fault) {
    if (fault == Fault.MUTE) {
      stage.swarm().met(fault);
      stage.hub().muteFor(5_000L + chance.below(90_000));
    } else {
      stage.swarm().lieInWait(fault);
    }
  }

  private void store(Fault fault) {
    if (fault == Fault.COMMIT_FAILS && chance.oneIn(4)) {
      restartWhileItRecovers();
      return;
    }
    if (fault != Fault.STALE_EPOCH) {
      for (int times = 1 + chance.below(3); times > 0; times--) {
        stage.swarm().lieInWait(fault);
      }
      return;
    }
    stage.swarm().met(fault);
    stage.shelf().fence();
    // It hears of it at its next commit; the new owner begins when the old one is out.
    start(Input.Wait.NONE, false);
    send(false);
    var old = machine();
    stage
        .agenda()
        .after(
            4_000,
            () -> {
              old.end();
              machines.gone(old, true);
            });
  }

  /// A batch is dropped; before the session goes on by itself somebody starts it, and the server
  /// restarts it.
  private void restartWhileItRecovers() {
    stage.swarm().lieInWait(Fault.COMMIT_FAILS);
    send(false);
    var process = machine();
    later(process, 150, () -> start(Input.Wait.NONE, false));
    later(process, 1_600 + chance.below(500), () -> stage.hub().ends(Fault.STREAM_515));
  }

  private void later(Machine process, long ms, Runnable act) {
    stage
        .agenda()
        .after(
            ms,
            () -> {
              if (!healed && machine() == process && !process.isDead()) {
                act.run();
              }
            });
  }

  private void process(Fault fault) {
    if (fault == Fault.ORDERLY_RESTART) {
      asks.stops();
    }
    machines.meets(fault);
  }

  private void comeBack() {
    machines.comeBack(stage.rules()::runs);
  }

  // ---- the end

  /// Nothing goes wrong any more.
  void heal() {
    healed = true;
    stage.swarm().stop();
    stage.hub().heal();
    stage.net().slowFor(0);
    machine().endsAfter(Integer.MAX_VALUE);
  }

  /// Somebody who wants it connected does what a person would.
  void wantsConnection() {
    if (!healed) {
      throw new IllegalStateException("not yet");
    }
    if (machine().isDead()) {
      comeBack();
      return;
    }
    scan();
    type();
    boolean rests =
        switch (state()) {
          case "stopped", "logged_out", "refused", "conflicted" -> true;
          default -> false;
        };
    if (wishes == 0 || (rests && stage.agenda().nowMs() > lastWishMs + 35_000)) {
      lastWishMs = stage.agenda().nowMs();
      if (++wishes > 6) {
        throw new Broken("R15: six starts, and still " + state());
      }
      start(Input.Wait.CONNECTED, false);
    }
  }

  boolean isConnected() {
    return machines.isConnected();
  }

  String state() {
    return machines.state();
  }

  boolean isSettled() {
    return machines.isSettled() && stage.hub().waiting().stream().allMatch(this::isTaken);
  }

  private boolean isTaken(String id) {
    return stage.shelf().hasEventFor(id);
  }

  void mustBeSettled(Contact contact) {
    var shelf = stage.shelf();
    if (!stage.hub().waiting().stream().allMatch(this::isTaken)) {
      throw new Broken("R31: never taken: " + stage.hub().waiting());
    }
    machines.mustBeSettled();
    if (!shelf.undecryptable().isEmpty()) {
      throw new Broken("R31: undecryptable: " + shelf.undecryptable());
    }
    texts.forEach(
        (text, id) -> {
          var row = shelf.outbound(id).orElseThrow(() -> new Broken("R34: its row is gone: " + id));
          if (row.state() != Outbound.State.FAILED && !text.equals(contact.texts().get(id))) {
            throw new Broken("R34: " + row.state() + " and never read: " + text);
          }
        });
  }

  /// A stop ends the wait for the server's word to a logout, so that the link is gone.
  void mustBeStopped() {
    if (!state().equals("stopped") && !state().equals("logged_out")) {
      throw new Broken("R6: stopped, and it is " + state());
    }
    machines.mustRest();
    if (asks.isAnyOpen(machine())) {
      throw new Broken("R8: stopped, and somebody waits");
    }
  }
}
