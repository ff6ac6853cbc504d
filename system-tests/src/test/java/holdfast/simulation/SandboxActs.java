package holdfast.simulation;

import holdfast.client.Store;
import holdfast.message.Content;
import holdfast.message.SendRequest;
import holdfast.sandbox.phone.LinkCode;
import holdfast.sandbox.phone.Note;
import holdfast.sandbox.phone.QrText;
import holdfast.sandbox.server.Pairing;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Faults;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.session.Policy;
import holdfast.session.Status;
import holdfast.stanza.Jid;
import holdfast.store.Outbound;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What callers, phones and faults do in the sandbox's world, one act at a time.
final class SandboxActs {
  /// Where it happens.
  record Stage(
      Machine.Outside world,
      SandboxNet net,
      SandboxRules rules,
      Asks asks,
      Tally tally,
      Trace trace) {
    Agenda agenda() {
      return world.agenda();
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
  private final Policy policy;
  private final boolean byCode;
  private final Map<String, String> sent = new LinkedHashMap<>();
  private Machine machine;
  private int sends;
  private int written;
  private boolean linked;
  private long lastWishMs = Long.MIN_VALUE / 2;
  private long lastPhoneMs = Long.MIN_VALUE / 2;

  SandboxActs(Stage stage, Chance chance, Policy policy) {
    this.stage = stage;
    this.chance = chance;
    this.policy = policy;
    this.byCode = chance.oneIn(4); // a code costs a quarter of a second on either side
    this.machine = machine(1);
  }

  private Machine machine(long epoch) {
    return new Machine(stage.world(), epoch, policy, stage.tally(), stage.trace());
  }

  void begin() {
    for (int faults = chance.below(3); faults > 0; faults--) {
      fault(stage.world().swarm().draw()); // some even before there is a link
    }
    wantsConnection();
  }

  /// Something happens.
  void next() {
    if (machine.isDead()) {
      comeBack();
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
      default -> fault(stage.world().swarm().draw());
    }
  }

  // ---- what callers ask for

  private void start(Input.Wait until) {
    stage.asks().starts();
    var patience = Duration.ofSeconds(1 + chance.below(200));
    stage
        .asks()
        .ask(
            machine,
            "a start",
            caller -> new Input.Start(caller, until, false),
            Optional.of(patience),
            patience.toMillis() + SLACK_MS,
            _ -> {});
  }

  private void askForCode() {
    stage.asks().starts();
    stage
        .asks()
        .ask(
            machine,
            "a code",
            caller -> new Input.RequestCode(caller, SandboxNet.OWN),
            Optional.of(Duration.ofSeconds(60)),
            60_000 + SLACK_MS,
            _ -> {});
  }

  void stop() {
    stage
        .asks()
        .ask(machine, "a stop", Input.Stop::new, Optional.empty(), 4_000 + 2 * SLACK_MS, _ -> {});
  }

  private void send(boolean repeated) {
    int number = repeated && sends > 0 ? chance.below(sends) : sends++;
    var text = "out " + number;
    var request =
        new SendRequest(
            Optional.of("key" + number),
            text.getBytes(StandardCharsets.UTF_8),
            Jid.phone(SandboxNet.CONTACT),
            new Content.Text(text),
            SendRequest.WhenBusy.QUEUE);
    stage
        .asks()
        .ask(
            machine,
            "a send",
            caller -> new Input.Send(caller, request),
            Optional.empty(),
            SLACK_MS,
            outcome -> {
              if (outcome instanceof Outcome.Accepted it) {
                sent.put(text, it.row().messageId());
              }
            });
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
    var prompt = machine.loop().status().prompt();
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
    var swarm = stage.world().swarm();
    switch (fault) {
      case CUT, HALF_OPEN, DELAY -> link(fault);
      case CRASH, POWER_LOSS, ORDERLY_RESTART -> process(fault);
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
    stage.world().swarm().met(fault);
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
              stage.world().swarm().met(fault);
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
              stage.world().swarm().met(fault);
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
    return java.util.Objects.requireNonNull(NAMES.get(fault));
  }

  private void process(Fault fault) {
    stage.world().swarm().met(fault);
    var process = machine;
    switch (fault) {
      case CRASH -> process.endsAfter(1 + chance.below(40));
      case POWER_LOSS -> {
        process.end();
        gone(process, false);
      }
      default ->
          stage
              .asks()
              .ask(
                  process,
                  "a shutdown",
                  Input.ShutDown::new,
                  Optional.empty(),
                  4_000 + 2 * SLACK_MS,
                  _ -> stage.agenda().after(1, process::end));
    }
  }

  private void gone(Machine process, boolean told) {
    stage.net().orphaned(process, told);
    stage.asks().hungUp(process);
  }

  private void comeBack() {
    gone(machine, true);
    try {
      machine = machine(stage.world().shelf().newestEpoch() + (chance.oneIn(2) ? 1 : 0));
    } catch (Store.StoreUnavailable _) {
      return; // it can't even begin; it is tried again
    }
    stage.trace().add("process", "begins", machine.epoch());
    machine.during(machine.loop()::restore);
  }

  // ---- the end

  /// Nothing goes wrong any more.
  void heal() {
    stage.world().swarm().stop();
    stage.net().happens(() -> stage.net().world().faults().clear());
    stage.net().slowFor(0);
    machine.endsAfter(Integer.MAX_VALUE);
  }

  /// Once it was connected there is a link, and the contact can write to it.
  boolean isLinked() {
    linked |= isConnected();
    return linked;
  }

  boolean isConnected() {
    return !machine.isDead() && machine.loop().status().connected();
  }

  String state() {
    return machine.isDead() ? "gone" : machine.loop().status().state();
  }

  /// Somebody who wants it connected does what a person would.
  void wantsConnection() {
    if (machine.isDead()) {
      comeBack();
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

  boolean isSettled() {
    var shelf = stage.world().shelf();
    return isConnected()
        && stage.rules().missing().isEmpty()
        && shelf.rows(Outbound.State.QUEUED).isEmpty()
        && shelf.rows(Outbound.State.SENDING).isEmpty();
  }

  void mustBeSettled() {
    var shelf = stage.world().shelf();
    if (!stage.rules().missing().isEmpty()) {
      throw new Broken("R31: never taken: " + stage.rules().missing());
    }
    if (!isSettled()) {
      throw new Broken(
          "R34: left over: %s queued, %s sending, %s"
              .formatted(
                  shelf.rows(Outbound.State.QUEUED).size(),
                  shelf.rows(Outbound.State.SENDING).size(),
                  state()));
    }
    sent.forEach((text, id) -> mustBeRead(text, id, shelf));
  }

  private void mustBeRead(String text, String id, Shelf shelf) {
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
    if (machine.alarms() > 0 || machine.bells() > 0) {
      throw new Broken("R6: stopped, and alarms are set");
    }
    boolean open =
        stage.net().links().stream()
            .anyMatch(link -> link.machine() == machine && !link.isReported());
    if (open) {
      throw new Broken("R6: stopped, and a socket is left");
    }
  }
}
