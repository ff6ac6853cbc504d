package holdfast.simulation;

import holdfast.session.Status;
import holdfast.stanza.Element;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What always holds, seen from outside: at the transport, at the server, in the store and by the
/// callers. Knows of the session only what it shows.
final class Rules {
  /// How long a mailbox and a late alarm may take in these worlds.
  private static final long SLACK_MS = 1_500;

  /// Past every pause of a session that comes back from its store.
  private static final long RECOVERY_MS = 130_000;

  /// R7: until a socket that gives no sign is destroyed, and until that is enough.
  private static final long CLOSING_MS = 4_000 + SLACK_MS;

  private static final long LONG_AGO = Long.MIN_VALUE / 2;

  private static final Set<String> AT_REST =
      Set.of("stopped", "logged_out", "refused", "conflicted");

  private final Agenda agenda;
  private final Shelf shelf;
  private final Net net;
  private final Ladder ladder;
  private Optional<Machine> machine = Optional.empty();

  @SuppressWarnings("NullAway.Init") // joined before anything happens
  private Asks asks;

  @SuppressWarnings("NullAway.Init") // joined before anything happens
  private Hub hub;

  private long lastGeneration;
  private long startedAtMs = LONG_AGO;
  private long fatalAtMs = LONG_AGO;
  private long restartDueMs = Long.MAX_VALUE;
  private long restartedAtMs = LONG_AGO;
  private boolean restartedAgain;
  private long connectedAtMs;
  private long restsSinceMs;

  @SuppressWarnings("NullAway.Init") // joined before anything happens
  private Status seen;

  Rules(Agenda agenda, Shelf shelf, Net net, boolean managed, int conflictMax) {
    this.agenda = agenda;
    this.shelf = shelf;
    this.net = net;
    this.ladder = new Ladder(managed, conflictMax);
  }

  void join(Asks theAsks, Hub theHub) {
    this.asks = theAsks;
    this.hub = theHub;
  }

  void runs(Machine process) {
    machine = Optional.of(process);
    seen = process.loop().status();
    startedAtMs = agenda.nowMs();
    restartDueMs = Long.MAX_VALUE;
    ladder.unsure();
  }

  /// A logout forgets what was between the link that it ends and others.
  void forgetsConflicts() {
    ladder.unsure();
  }

  /// A batch was dropped, or a process was: what was on its way to be done may be undone.
  private boolean isDisturbed(long sinceMs) {
    return shelf.failedAtMs() >= sinceMs || startedAtMs >= sinceMs;
  }

  // ---- sockets

  void opens(Machine by) {
    long now = agenda.nowMs();
    for (var link : net.links()) {
      if (link.machine() == by && !link.isReported()) {
        throw new Broken("R7: a socket is opened while the end of the one before wasn't told");
      }
    }
    if (by.epoch() < shelf.newestEpoch()) {
      throw new Broken("R24: a stale owner opens a socket");
    }
    var control = shelf.control();
    if (control.generation() <= lastGeneration) {
      throw new Broken("R7: a socket is opened before its generation is committed");
    }
    lastGeneration = control.generation();
    boolean justAsked = asks.lastAskMs() > now - SLACK_MS; // a start and a stop in one batch
    if (!control.wanted() && !justAsked) {
      throw new Broken("R17: a socket is opened that nobody wants");
    }
    if (asks.stoppedSinceStart() && !justAsked) {
      throw new Broken("R17: a socket is opened after a stop was answered");
    }
    if (fatalAtMs > asks.lastStartMs() + SLACK_MS && !isDisturbed(fatalAtMs - SLACK_MS)) {
      throw new Broken("R17: a socket is opened after an end that nobody comes back from");
    }
    if (isDisturbed(ladder.lastMs() - SLACK_MS)) {
      ladder.unsure();
    }
    ladder.opens(now, asks.lastStartMs(), asks.lastStopMs());
    fatalAtMs = LONG_AGO;
    restartDueMs = Long.MAX_VALUE;
    restartedAgain = false;
  }

  void closes(Link link) {
    boolean young = agenda.nowMs() - link.openedAtMs() < 14_000;
    if (young
        && !link.isClosing()
        && !link.facts().reasonGiven
        && !link.facts().endingTold
        && asks.lastEndMs() < link.openedAtMs() - SLACK_MS
        && !asks.isAStartOver()
        && !isDisturbed(link.openedAtMs() - SLACK_MS)) {
      throw new Broken("R4: a socket is closed though nothing and nobody gave a reason");
    }
  }

  // ---- stanzas

  void sends(Link link, Element stanza, byte[] bytes) {
    if (!link.isClosing()
        && AT_REST.contains(seen.state())
        && machine.equals(Optional.of(link.machine()))) {
      throw new Broken("R19: " + stanza.tag() + " is sent by a session that is " + seen.state());
    }
    switch (stanza.tag()) {
      case "iq" -> {
        if (stanza.attribute("xmlns").equals(Optional.of("w:p"))) {
          pings(link, stanza);
        }
      }
      case "message" -> message(link, stanza.require("id"), bytes);
      case "receipt" -> {
        if (stanza.attribute("type").isEmpty() || !stanza.require("type").equals("retry")) {
          if (!shelf.hasEventFor(stanza.require("id"))) {
            throw new Broken("R22: a message is acknowledged before its event is committed");
          }
        }
      }
      default -> {}
    }
  }

  private void pings(Link link, Element ping) {
    var facts = link.facts();
    facts.pings++;
    facts.lastPingMs = agenda.nowMs();
    if (facts.probeId.isEmpty()) {
      facts.probeId = ping.require("id");
    }
    long age = agenda.nowMs() - link.openedAtMs();
    if (facts.pings > 2 + facts.repeats + age / 30_000) {
      throw new Broken("R19: more than one heartbeat: " + facts.pings + " pings in " + age + " ms");
    }
  }

  private void message(Link link, String id, byte[] bytes) {
    link.facts().repeats++;
    if (hub.isRetried(id)) {
      return;
    }
    var row = shelf.outbound(id);
    var committed = row.flatMap(it -> it.stanza());
    if (row.isEmpty() || committed.isEmpty() || !Arrays.equals(committed.get(), bytes)) {
      throw new Broken("R22: a ciphertext leaves before it is committed");
    }
  }

  /// The network hands a stanza of the server to the session.
  void told(Link link, Element stanza) {
    var facts = link.facts();
    switch (stanza.tag()) {
      case "success" -> {
        if (stanza.requireJid("lid").sameUser(Prepared.OWN_LID)) {
          facts.successTold = true;
        } else {
          facts.reasonGiven = true;
        }
      }
      case "iq" -> {
        if (stanza.child("pair-success").isPresent()) {
          restartedAtMs = LONG_AGO; // what follows is the normal end of a link's making
        }
        if (stanza.require("type").equals("set")) {
          break;
        }
        if (stanza.require("type").equals("error")) {
          facts.reasonGiven = true;
        } else if (stanza.require("id").equals(facts.probeId)) {
          facts.proofTold = true;
        } else if (facts.successTold) {
          facts.activeTold = true;
        }
      }
      case "notification" -> {
        // Who types once more makes another half: each has a secret of its own, and the phone
        // signs with one of them.
        facts.reasonGiven |= facts.typed.filter(half -> !half.equals(stanza)).isPresent();
        facts.typed = Optional.of(stanza);
      }
      case "failure", "stream:error", "xmlstreamend" -> ended(link, stanza);
      case "ib" -> {
        if (stanza.child("downgrade_webclient").isPresent()) {
          ended(link, stanza);
        }
      }
      default -> {}
    }
  }

  private void ended(Link link, Element stanza) {
    var facts = link.facts();
    facts.reasonGiven = true;
    boolean conflict = stanza.child("conflict").isPresent();
    if (facts.endingTold || link.isClosing() || link.isReported()) {
      if (conflict) {
        ladder.unsure(); // what is told of a connection on its way out may be heard, or not
      }
      return;
    }
    facts.endingTold = true;
    long now = agenda.nowMs();
    var code = stanza.attribute(stanza.is("failure") ? "reason" : "code").orElse("");
    if (Set.of("401", "402", "403", "406", "418", "516").contains(code) || stanza.is("ib")) {
      fatalAtMs = now;
    } else if (conflict) {
      ladder.conflict(now, asks.lastAskMs() > now - SLACK_MS || isDisturbed(now - SLACK_MS));
    } else if (code.equals("515")) {
      restarts(now, facts.proofTold);
    }
  }

  /// R13: reopened once. Said again before the session was connected it is an end like others.
  private void restarts(long now, boolean proven) {
    if (isConnected()) {
      restartDueMs = now + 4_000 + 2 * SLACK_MS;
      restartedAtMs = now;
    } else if (restartedAtMs > connectedAtMs && !proven) {
      restartedAgain = asks.lastAskMs() < restartedAtMs - SLACK_MS && !isDisturbed(restartedAtMs);
      restartedAtMs = now;
    } else {
      restartedAtMs = now;
    }
  }

  private boolean isConnected() {
    return machine.filter(it -> it.loop().status().connected()).isPresent();
  }

  // ---- after each step

  void check() {
    asks.check();
    if (machine.isEmpty() || machine.get().isDead()) {
      return;
    }
    var process = machine.get();
    var status = process.loop().status();
    if (!status.equals(seen)) {
      if (!status.state().equals(seen.state())) {
        restsSinceMs = agenda.nowMs();
      }
      if (status.connected() && !seen.connected()) {
        connectedAtMs = agenda.nowMs();
      }
      seen = status;
    }
    if (process.isQuiet()) {
      if (status.connected()) {
        isAlive(process);
      } else if (AT_REST.contains(status.state())) {
        isAtRest(process, status.state());
      }
    }
    restartsOnce(process.isQuiet());
  }

  private void isAlive(Machine process) {
    var link = live(process);
    if (link.isEmpty()) {
      return; // its end is on its way to the mailbox
    }
    var facts = link.get().facts();
    if (!facts.successTold || !facts.proofTold) {
      throw new Broken("R11: connected without a login, or without a probe that came back");
    }
    long quietSince = Math.max(connectedAtMs, facts.lastPingMs);
    if (agenda.nowMs() - quietSince > 45_000 + SLACK_MS) { // one may wait for the answer to another
      throw new Broken("R19: connected, and no heartbeat");
    }
  }

  private Optional<Link> live(Machine process) {
    return net.links().stream()
        .filter(link -> link.machine() == process && !link.isReported() && !link.isClosing())
        .reduce((_, last) -> last);
  }

  private void isAtRest(Machine process, String state) {
    if (isDisturbed(agenda.nowMs() - RECOVERY_MS)) {
      return; // what comes back from its store has an alarm for it, and a socket that is being torn
    }
    var leaving =
        net.links().stream()
            .filter(link -> link.machine() == process && !link.isReported())
            .findFirst();
    long since = Math.max(restsSinceMs, leaving.map(Link::closingSinceMs).orElse(0L));
    if (leaving.isPresent() && agenda.nowMs() < since + CLOSING_MS) {
      return; // the word of what follows is shown while the socket's end is awaited
    }
    if (process.alarms() > 0) {
      throw new Broken("R6: a session that is " + state + " owns an alarm");
    }
    if (live(process).isPresent()) {
      throw new Broken("R6: a session that is " + state + " owns a socket");
    }
    if (asks.isAnyOpen(process)) {
      throw new Broken("R3: a session that is " + state + " keeps somebody waiting");
    }
  }

  /// `heard`: whether the session has taken in all that was said to it.
  private void restartsOnce(boolean heard) {
    boolean restarting = heard && seen.state().equals("restarting");
    if (restartedAgain && restarting && asks.lastAskMs() < restartedAtMs) {
      throw new Broken("R13: a 515 was followed by a restart once more");
    }
    if (agenda.nowMs() > restartDueMs && machine.orElseThrow().isQuiet()) {
      // A logout may wait for ten seconds for the server; the end of a connection may be told late.
      boolean excused =
          isDisturbed(restartDueMs - 10_000)
              || asks.lastAskMs() > restartDueMs - 10_000
              || asks.lastEndMs() > restartDueMs - 20_000
              || net.links().stream().anyMatch(link -> link.isClosing() && !link.isReported());
      restartDueMs = Long.MAX_VALUE;
      if (!excused) {
        throw new Broken("R13: a 515 wasn't followed by a restart");
      }
    }
  }

  List<Link> links() {
    return net.links();
  }
}
