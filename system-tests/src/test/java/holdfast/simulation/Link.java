package holdfast.simulation;

import holdfast.client.Transport;
import holdfast.session.Input;
import holdfast.stanza.Element;
import holdfast.stanza.StanzaCodec;
import java.util.List;
import java.util.Optional;

/// One connection between a process and the server, with both of its ends.
final class Link implements Transport.Connection, Road.Wire {
  private final Net net;
  private final Machine machine;
  private final Transport.Request request;
  private final Transport.Listener listener;
  private final long number;
  private final long openedAtMs;
  private long upMs;
  private long downMs;

  /// Carries nothing any more, and tells nobody.
  private boolean dead;

  /// Our end: closed by us, and known to be gone.
  private boolean closing;

  private long closingSinceMs;
  private long slowUntilMs;

  private boolean reported;

  /// The server's end.
  private boolean accepted;

  private boolean serverGone;

  private final Facts facts = new Facts();

  Link(
      Net net,
      Machine machine,
      Transport.Request request,
      Transport.Listener listener,
      long number) {
    this.net = net;
    this.machine = machine;
    this.request = request;
    this.listener = listener;
    this.number = number;
    this.openedAtMs = net.agenda().nowMs();
    this.upMs = openedAtMs;
    this.downMs = openedAtMs;
  }

  /// What has passed over it, as the rules need to know.
  static final class Facts {
    boolean successTold;
    boolean activeTold;
    boolean proofTold;

    /// The server, the network or a fault gave a reason to end it.
    boolean reasonGiven;

    boolean endingTold;
    Optional<Element> typed = Optional.empty();
    int pings;
    int repeats;
    long lastPingMs;
    String probeId = "";
  }

  Facts facts() {
    return facts;
  }

  long number() {
    return number;
  }

  @Override
  public Machine machine() {
    return machine;
  }

  byte[] noiseKey() {
    return request.noiseKey().publicKey();
  }

  byte[] payload() {
    return request.payload();
  }

  long openedAtMs() {
    return openedAtMs;
  }

  @Override
  public boolean isReported() {
    return reported;
  }

  /// When we began to close it, or 0.
  long closingSinceMs() {
    return closingSinceMs;
  }

  boolean isClosing() {
    return closing;
  }

  /// Whether somebody would answer on it.
  boolean isLive() {
    return accepted && !dead && !closing && !reported && !serverGone && !machine.isDead();
  }

  boolean isAccepted() {
    return accepted;
  }

  void accepted() {
    accepted = true;
    net.trace("link", "open", number);
    machine.during(listener::opened);
  }

  // ---- our end

  @Override
  public void send(List<byte[]> stanzas) {
    machine.touched();
    if (reported) {
      throw new Broken("R7: a stanza for a connection whose end was told");
    }
    for (var bytes : stanzas) {
      var stanza = StanzaCodec.decode(bytes);
      net.sending(this, stanza, bytes);
      up(stanza);
    }
  }

  private void up(Element stanza) {
    if (dead || closing) {
      return;
    }
    if (net.strikes(Fault.LOST_UP)) {
      facts.reasonGiven = true;
      return;
    }
    int times = net.strikes(Fault.DOUBLED_UP) ? 2 : 1;
    for (int copy = 0; copy < times; copy++) {
      upMs = Math.max(upMs, net.agenda().nowMs() + net.latencyMs());
      net.agenda()
          .after(
              upMs - net.agenda().nowMs(),
              () -> {
                if (!dead && !serverGone) {
                  net.arrived(this, stanza);
                }
              });
    }
  }

  @Override
  public void close() {
    machine.touched();
    net.closing(this, "close");
    if (closing || reported) {
      return;
    }
    closing = true;
    closingSinceMs = net.agenda().nowMs();
    upMs = Math.max(upMs, net.agenda().nowMs() + net.latencyMs());
    net.agenda().after(upMs - net.agenda().nowMs(), this::serverSeesEnd);
    long late = net.strikes(Fault.SLOW_END) ? net.agenda().nowMs() + lateMs() : 0;
    slowUntilMs = Math.max(slowUntilMs, late);
    if (!dead && accepted) {
      long at = Math.max(upMs + net.latencyMs(), slowUntilMs);
      net.agenda().after(at - net.agenda().nowMs(), () -> report(Input.Cause.CLOSED, "closed"));
    }
  }

  @Override
  public void destroy() {
    machine.touched();
    net.closing(this, "destroy");
    closingSinceMs = closing ? closingSinceMs : net.agenda().nowMs();
    closing = true;
    net.agenda().after(net.latencyMs(), this::serverSeesEnd);
    long late = net.strikes(Fault.SLOW_END) ? lateMs() : 0;
    slowUntilMs = Math.max(slowUntilMs, net.agenda().nowMs() + late);
    net.agenda()
        .after(slowUntilMs - net.agenda().nowMs(), () -> report(Input.Cause.CLOSED, "destroyed"));
  }

  /// Within the time that it is waited for, about when that is over, or long after it.
  private long lateMs() {
    return switch ((int) net.jitterMs(5)) {
      case 0, 1 -> 1_940 + net.jitterMs(160);
      case 2 -> 4_000 + net.jitterMs(6_000);
      default -> 300 + net.jitterMs(1_200);
    };
  }

  /// Whether its end was told so late that others may have had their orders by then.
  boolean isEndLate() {
    return closing && slowUntilMs > closingSinceMs + 1_500;
  }

  @Override
  public void reading(boolean on) {
    machine.touched();
  }

  // ---- the server's end

  /// A stanza from the server, which arrives if the network lets it.
  void down(Element stanza) {
    if (dead || serverGone) {
      return;
    }
    if (net.strikes(Fault.LOST_DOWN)) {
      facts.reasonGiven = true;
      return;
    }
    int times = net.strikes(Fault.DOUBLED_DOWN) ? 2 : 1;
    long at = net.agenda().nowMs() + net.latencyMs();
    if (net.strikes(Fault.REORDERED)) {
      at += 50 + net.jitterMs(500);
    } else {
      downMs = Math.max(downMs, at);
      at = downMs;
    }
    for (int copy = 0; copy < times; copy++) {
      net.agenda().after(at - net.agenda().nowMs(), () -> arrive(stanza));
    }
  }

  private void arrive(Element stanza) {
    if (!dead && !reported && !machine.isDead()) {
      net.told(this, stanza);
      machine.during(() -> listener.received(StanzaCodec.encode(stanza)));
    }
  }

  /// A reason to give up only while the word that all waits for may have been in it.
  void garbage() {
    if (!dead && !reported) {
      facts.reasonGiven |= !facts.successTold;
      machine.during(() -> listener.received(new byte[] {0, (byte) 0xF8, 99, 1}));
    }
  }

  /// The server closes it in order, behind all that it has said.
  void serverCloses() {
    if (!serverGone) {
      serverSeesEnd();
      downMs = Math.max(downMs, net.agenda().nowMs() + net.latencyMs());
      slowUntilMs = net.strikes(Fault.SLOW_END) ? net.agenda().nowMs() + lateMs() : 0;
      long at = Math.max(downMs, slowUntilMs);
      net.agenda().after(at - net.agenda().nowMs(), () -> report(Input.Cause.LOST, "ended"));
    }
  }

  private void serverSeesEnd() {
    if (!dead && !serverGone) {
      serverGone = true;
      net.gone(this);
    }
  }

  // ---- the network between

  /// The attempt fails: nobody ever answered.
  void fails(Input.Cause cause) {
    facts.reasonGiven = true;
    net.agenda().after(net.latencyMs(), () -> report(cause, "told by the seed"));
  }

  void cut() {
    facts.reasonGiven = true;
    net.agenda().after(net.latencyMs(), this::serverSeesEnd);
    net.agenda().after(net.latencyMs(), () -> report(Input.Cause.LOST, "reset"));
  }

  void dies() {
    facts.reasonGiven = true;
    dead = true;
    serverGone = true;
    net.gone(this);
  }

  /// Our process is gone: its kernel says so, or nobody does.
  @Override
  public void orphaned(boolean told) {
    if (told) {
      net.agenda().after(net.latencyMs(), this::serverSeesEnd);
    } else {
      dies();
    }
  }

  private void report(Input.Cause cause, String text) {
    if (reported || machine.isDead()) {
      return;
    }
    reported = true;
    net.trace("link", "closed " + cause, number);
    if (!closing) {
      facts.endingTold = true;
    }
    machine.during(() -> listener.closed(cause, text));
    if (net.strikes(Fault.LATE_WORD)) {
      net.agenda().after(net.jitterMs(3_000), () -> lateWord(net.jitterMs(4)));
    }
  }

  /// What a transport must not do, and the core must survive (R7).
  private void lateWord(long which) {
    if (machine.isDead()) {
      return;
    }
    net.trace("link", "late word", number);
    machine.during(
        () -> {
          switch ((int) which) {
            case 0 -> listener.received(StanzaCodec.encode(Words.failure(401)));
            case 1 -> listener.received(StanzaCodec.encode(Words.streamError(503)));
            case 2 ->
                listener.received(StanzaCodec.encode(Words.success(Prepared.OWN_LID, "Shop")));
            default -> listener.received(StanzaCodec.encode(Words.conflict("replaced")));
          }
        });
  }
}
