package holdfast.simulation;

import holdfast.message.SendRequest;
import holdfast.sandbox.phone.LinkCode;
import holdfast.sandbox.phone.Note;
import holdfast.sandbox.phone.QrText;
import holdfast.sandbox.server.Pairing;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Faults;
import holdfast.session.Input;
import holdfast.session.Policy;
import holdfast.session.Status;
import holdfast.stanza.Jid;
import holdfast.store.Outbound;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// What callers, phones and faults do in the sandbox's world, one act at a time.
final class SandboxActs {
  /// Where it happens.
  record Stage(Ground ground, SandboxNet net, SandboxRules rules) {
    Swarm swarm() {
      return ground.swarm();
    }

    Agenda agenda() {
      return ground.agenda();
    }
  }

  /// Those that a link survives: what was written to one that is gone would be gone with it.
  static final Fault[] FAULTS = {
    Fault.UNREACHABLE,
    Fault.HANDSHAKE,
    Fault.SILENT,
    Fault.NO_DESCRIPTOR,
    Fault.CUT,
    Fault.HALF_OPEN,
    Fault.DELAY,
    Fault.GARBAGE,
    Fault.DOUBLED_DOWN,
    Fault.REORDERED,
    Fault.FAILURE_500,
    Fault.FAILURE_503,
    Fault.STREAM_515,
    Fault.STREAM_503,
    Fault.CONFLICT,
    Fault.RIVAL,
    Fault.MUTE,
    Fault.ACKS_WITHHELD,
    Fault.PREKEYS_REFUSED,
    Fault.COMMIT_FAILS,
    Fault.READ_FAILS,
    Fault.CRASH,
    Fault.CRASH,
    Fault.CRASH,
    Fault.CRASH,
    Fault.POWER_LOSS,
    Fault.ORDERLY_RESTART,
    Fault.LATE_ALARM,
    Fault.BUSY
  };

  /// In the sandbox's words, for those that it plays.
  private static final Map<Fault, Named> NAMES =
      Map.ofEntries(
          Map.entry(Fault.HANDSHAKE, new Named("reject_handshake", Map.of())),
          Map.entry(Fault.GARBAGE, new Named("corrupt_frame", Map.of())),
          Map.entry(Fault.DOUBLED_DOWN, new Named("duplicate", Map.of())),
          Map.entry(Fault.REORDERED, new Named("reorder", Map.of())),
          Map.entry(Fault.FAILURE_500, new Named("failure", Map.of("code", 500))),
          Map.entry(Fault.FAILURE_503, new Named("failure", Map.of("code", 503))),
          Map.entry(Fault.MUTE, new Named("withhold_iqs", Map.of())),
          Map.entry(Fault.ACKS_WITHHELD, new Named("withhold_acks", Map.of())),
          Map.entry(Fault.PREKEYS_REFUSED, new Named("refuse_upload", Map.of())),
          Map.entry(Fault.STREAM_515, new Named("stream_error", Map.of("code", 515))),
          Map.entry(Fault.STREAM_503, new Named("stream_error", Map.of("code", 503))),
          Map.entry(Fault.CONFLICT, new Named("stream_error", Map.of("conflict", "replaced"))),
          Map.entry(
              Fault.RIVAL,
              new Named("rival", Map.of("times", 2, "afterMillis", 4000, "staysMillis", 3000))));

  private record Named(String name, Map<String, Object> settings) {}

  private static final long SLACK_MS = 1_500;

  private final Stage stage;
  private final Chance chance;
  private final boolean byCode;
  private final Asks asks;
  private final Texts texts;
  private final Machines machines;
  private int written;
  private boolean linked;
  private long lastWishMs = Long.MIN_VALUE / 2;
  private long lastPhoneMs = Long.MIN_VALUE / 2;

  SandboxActs(Stage stage, Chance chance, Policy policy) {
    this.stage = stage;
    this.chance = chance;
    this.byCode = chance.oneIn(4); // a code costs a quarter of a second on either side
    this.asks = stage.ground().asks();
    this.texts = new Texts(chance);
    this.machines = new Machines(stage.ground(), chance, policy);
  }

  private Machine machine() {
    return machines.current();
  }

  void begin() {
    for (int faults = chance.below(3); faults > 0; faults--) {
      fault(stage.swarm().draw()); // some even before there is a link
    }
    wantsConnection();
  }

  /// Something happens.
  void next() {
    if (machine().isDead()) {
      machines.comeBack(_ -> {});
      return;
    }
    switch (chance.below(24)) {
      case 0, 1 -> start(Input.Wait.CONNECTED);
      case 2 -> stop();
      case 3 -> {
        stop();
        start(Input.Wait.NONE);
      }
      case 4, 5, 6, 7, 8 -> send(chance.oneIn(4));
      case 9, 10, 11, 12, 13 -> contactWrites();
      case 14, 15 -> {} // only time passes
      default -> fault(stage.swarm().draw());
    }
  }

  // ---- what callers ask for

  private void start(Input.Wait until) {
    asks.starts();
    var patience = Duration.ofSeconds(1 + chance.below(200));
    asks.ask(
        machine(),
        "a start",
        caller -> new Input.Start(caller, until, false),
        Optional.of(patience),
        patience.toMillis() + SLACK_MS,
        _ -> {});
  }

  private void askForCode() {
    asks.starts();
    asks.ask(
        machine(),
        "a code",
        caller -> new Input.RequestCode(caller, SandboxNet.OWN),
        Optional.of(Duration.ofSeconds(60)),
        60_000 + SLACK_MS,
        _ -> {});
  }

  void stop() {
    asks.ask(machine(), "a stop", Input.Stop::new, Optional.empty(), 4_000 + 2 * SLACK_MS, _ -> {});
  }

  private void send(boolean repeated) {
    int number = texts.number(repeated);
    var contact = Jid.phone(SandboxNet.CONTACT);
    var request = Texts.request(number, contact, SendRequest.WhenBusy.QUEUE);
    asks.ask(
        machine(),
        "a send",
        caller -> new Input.Send(caller, request),
        Optional.empty(),
        SLACK_MS,
        outcome -> texts.told(number, outcome));
  }

  private void contactWrites() {
    var text = "in " + written++;
    stage
        .net()
        .happens(
            () -> {
              var contact = stage.net().phone(SandboxNet.CONTACT);
              stage.rules().written(contact.sendText(SandboxNet.OWN, text));
            });
  }

  // ---- the phone

  /// A person looks at what is on show and takes it up, again and again if need be.
  private void phone() {
    if (stage.agenda().nowMs() < lastPhoneMs + 5_000) {
      return;
    }
    var prompt = machine().loop().status().prompt();
    prompt.flatMap(Status.Prompt::qr).filter(_ -> !byCode).ifPresent(this::scan);
    prompt.flatMap(Status.Prompt::code).ifPresent(this::type);
  }

  private void scan(String qr) {
    lastPhoneMs = stage.agenda().nowMs();
    var net = stage.net();
    net.tries(
        () -> {
          var _ = net.network().pairing().scan(net.phone(SandboxNet.OWN), QrText.parse(qr));
        });
  }

  private void type(String code) {
    lastPhoneMs = stage.agenda().nowMs();
    var net = stage.net();
    net.tries(
        () -> {
          var found = net.network().pairing().waiting(SandboxNet.OWN);
          var _ = found.thenAccept(it -> stage.agenda().after(300, () -> typed(code, it)));
        });
  }

  private void typed(String code, Pairing.Waiting waiting) {
    var net = stage.net();
    var typed = LinkCode.type(LinkCode.normalized(code), waiting.wrapped(), net.world().random());
    net.tries(
        () -> {
          var _ = net.network().pairing().typed(waiting, net.phone(SandboxNet.OWN), typed);
        });
  }

  // ---- what goes wrong

  private Optional<Device> device() {
    return stage.net().world().byPhone(SandboxNet.OWN).stream()
        .flatMap(account -> account.devices().stream())
        .filter(device -> device.number() > 0)
        .reduce((_, last) -> last);
  }

  private void fault(Fault fault) {
    var swarm = stage.swarm();
    switch (fault) {
      case CUT, HALF_OPEN, DELAY -> link(fault);
      case CRASH, POWER_LOSS, ORDERLY_RESTART -> machines.meets(fault);
      case STREAM_515, STREAM_503, CONFLICT, RIVAL -> done(fault);
      default -> {
        if (NAMES.containsKey(fault)) {
          waits(fault);
        } else {
          swarm.lieInWait(fault);
        }
      }
    }
  }

  private void link(Fault fault) {
    var links = stage.net().links();
    if (links.isEmpty() || !links.getLast().isLive()) {
      return;
    }
    stage.swarm().met(fault);
    switch (fault) {
      case CUT -> links.getLast().cut();
      case HALF_OPEN -> links.getLast().dies();
      default -> stage.net().slowFor(2_000L + chance.below(30_000));
    }
  }

  /// The sandbox does it to whoever is logged in.
  private void done(Fault fault) {
    var named = named(fault);
    device()
        .filter(device -> stage.net().network().connection(device).isPresent())
        .ifPresent(
            device -> {
              stage.swarm().met(fault);
              var told =
                  new Faults.Fault(0, named.name(), Optional.of(device.key()), 1, named.settings());
              stage.net().happens(() -> stage.net().network().mischief().act(told, device));
            });
  }

  /// The sandbox does it at the next occasion.
  private void waits(Fault fault) {
    var named = named(fault);
    int times = 1 + chance.below(2);
    device()
        .ifPresent(
            device -> {
              stage.swarm().met(fault);
              stage
                  .net()
                  .happens(
                      () ->
                          stage
                              .net()
                              .world()
                              .faults()
                              .give(
                                  named.name(),
                                  Optional.of(device.key()),
                                  times,
                                  named.settings()));
            });
  }

  private static Named named(Fault fault) {
    return Objects.requireNonNull(NAMES.get(fault));
  }

  // ---- the end

  /// Nothing goes wrong any more.
  void heal() {
    stage.swarm().stop();
    stage.net().happens(() -> stage.net().world().faults().clear());
    stage.net().slowFor(0);
    machine().endsAfter(Integer.MAX_VALUE);
  }

  /// Once it was connected there is a link, and the contact can write to it.
  boolean isLinked() {
    linked |= isConnected();
    return linked;
  }

  /// Somebody who wants it connected does what a person would.
  void wantsConnection() {
    if (machine().isDead()) {
      machines.comeBack(_ -> {});
      return;
    }
    phone();
    boolean rests = Set.of("stopped", "logged_out", "refused", "conflicted").contains(state());
    boolean codeWanted = byCode && !linked && state().equals("awaiting_scan");
    if ((rests || codeWanted) && stage.agenda().nowMs() > lastWishMs + 35_000) {
      lastWishMs = stage.agenda().nowMs();
      if (byCode && !linked) {
        askForCode();
      } else {
        start(Input.Wait.CONNECTED);
      }
    }
  }

  boolean isConnected() {
    return machines.isConnected();
  }

  String state() {
    return machines.state();
  }

  boolean isSettled() {
    return machines.isSettled() && stage.rules().missing().isEmpty();
  }

  void mustBeSettled() {
    if (!stage.rules().missing().isEmpty()) {
      throw new Broken("R31: never taken: " + stage.rules().missing());
    }
    machines.mustBeSettled();
    texts.forEach(this::mustBeRead);
  }

  private void mustBeRead(String text, String id) {
    var shelf = stage.ground().shelf();
    var row = shelf.outbound(id).orElseThrow(() -> new Broken("R34: its row is gone: " + id));
    var notes =
        stage.net().phone(SandboxNet.CONTACT).notes().stream()
            .filter(note -> note.from().equals(SandboxNet.OWN))
            .filter(note -> note.text().equals(text) || note.id().equals(id))
            .toList();
    boolean once = notes.size() == 1 && isIt(notes.getFirst(), text, id);
    if (row.state() != Outbound.State.FAILED && !once) {
      throw new Broken("R34: " + row.state() + ", and read " + notes.size() + " times: " + text);
    }
  }

  private static boolean isIt(Note note, String text, String id) {
    return note.id().equals(id) && note.text().equals(text) && note.copies() == 1;
  }

  void mustBeStopped() {
    if (!state().equals("stopped")) {
      throw new Broken("R6: stopped, and it is " + state());
    }
    machines.mustRest();
  }
}
