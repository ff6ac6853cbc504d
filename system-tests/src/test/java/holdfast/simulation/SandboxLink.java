package holdfast.simulation;

import holdfast.client.Transport;
import holdfast.crypto.BadKey;
import holdfast.crypto.Forged;
import holdfast.noise.ClientHandshake;
import holdfast.noise.FrameCipher;
import holdfast.noise.FrameSplitter;
import holdfast.noise.NoiseFailure;
import holdfast.session.Input;
import java.util.List;
import java.util.Optional;

/// Our end of a connection to the sandbox: real handshake, real frames, in the order of a stream.
final class SandboxLink implements Transport.Connection, Road.Wire {
  private static final int MOST_BYTES = 1 << 24;

  private final SandboxNet net;
  private final Machine machine;
  private final Transport.Request request;
  private final Transport.Listener listener;
  private final long number;
  private final FrameSplitter frames = new FrameSplitter(MOST_BYTES);
  private final ClientHandshake handshake;
  private final SandboxServerEnd server;
  private Optional<FrameCipher> cipher = Optional.empty();
  private long upMs;
  private long downMs;

  /// Carries nothing any more, and tells nobody.
  private boolean dead;

  private boolean accepted;
  private boolean closing;
  private boolean reported;

  SandboxLink(
      SandboxNet net,
      Machine machine,
      Transport.Request request,
      Transport.Listener listener,
      long number) {
    this.net = net;
    this.machine = machine;
    this.request = request;
    this.listener = listener;
    this.number = number;
    this.handshake =
        new ClientHandshake(
            request.noiseKey(),
            net.world().roots().root().publicKey(),
            request.routing(),
            net.random());
    this.server = new SandboxServerEnd(net, this);
  }

  long number() {
    return number;
  }

  @Override
  public Machine machine() {
    return machine;
  }

  @Override
  public boolean isReported() {
    return reported;
  }

  boolean isLive() {
    return accepted && !dead && !closing && !reported && !machine.isDead();
  }

  boolean isCarrying() {
    return !dead;
  }

  /// Whether somebody is there to answer a ping of the WebSocket.
  boolean answersPings() {
    return !dead && !reported && !machine.isDead();
  }

  // ---- its beginning

  void connected() {
    if (!closing && !reported && !machine.isDead()) {
      accepted = true;
      server.accepted();
      up(handshake.start());
    }
  }

  void fails(Input.Cause cause) {
    net.agenda().after(net.latencyMs(), () -> report(cause, "told by the seed"));
  }

  // ---- our end

  @Override
  public void send(List<byte[]> stanzas) {
    machine.touched();
    if (reported) {
      throw new Broken("R7: a stanza for a connection whose end was told");
    }
    for (var stanza : stanzas) {
      net.sending(this, stanza);
      if (!closing) {
        cipher.ifPresent(it -> up(FrameSplitter.frame(it.seal(stanza))));
      }
    }
  }

  private void up(byte[] bytes) {
    upMs = Math.max(upMs, net.agenda().nowMs() + net.latencyMs());
    net.agenda()
        .after(
            upMs - net.agenda().nowMs(),
            () -> {
              if (!dead) {
                server.arrived(bytes);
              }
            });
  }

  @Override
  public void close() {
    machine.touched();
    net.trace("link", "close", number);
    if (closing || reported) {
      return;
    }
    closing = true;
    upMs = Math.max(upMs, net.agenda().nowMs() + net.latencyMs());
    net.agenda().after(upMs - net.agenda().nowMs(), () -> endsAtServer(cipher.isPresent()));
    if (accepted && !dead) {
      long at = upMs + net.latencyMs();
      net.agenda().after(at - net.agenda().nowMs(), () -> report(Input.Cause.CLOSED, "closed"));
    }
  }

  @Override
  public void destroy() {
    machine.touched();
    net.trace("link", "destroy", number);
    closing = true;
    net.agenda().after(net.latencyMs(), () -> endsAtServer(false));
    net.agenda().after(0, () -> report(Input.Cause.CLOSED, "destroyed"));
  }

  @Override
  public void reading(boolean on) {
    machine.touched();
  }

  private void endsAtServer(boolean orderly) {
    if (!dead) {
      server.over(orderly);
    }
  }

  // ---- what comes from the server

  /// Bytes, in their order.
  void down(byte[] bytes) {
    if (dead) {
      return;
    }
    later(
        () -> {
          if (!dead && !reported && !closing && !machine.isDead()) {
            take(bytes);
          }
        });
  }

  /// The server has ended it, behind all that it has said.
  void ended() {
    later(
        () -> {
          if (!dead) {
            report(Input.Cause.LOST, "ended by the other side");
            server.over(true);
          }
        });
  }

  private void later(Runnable task) {
    downMs = Math.max(downMs, net.agenda().nowMs() + net.latencyMs());
    net.agenda().after(downMs - net.agenda().nowMs(), task);
  }

  private void take(byte[] bytes) {
    try {
      for (var frame : frames.feed(bytes)) {
        frame(frame);
      }
    } catch (NoiseFailure | BadKey | Forged e) {
      var cause = cipher.isEmpty() ? Input.Cause.HANDSHAKE : Input.Cause.MALFORMED;
      closing = true;
      net.agenda().after(net.latencyMs(), () -> endsAtServer(false));
      report(cause, "spoilt");
    }
  }

  private void frame(byte[] frame) {
    if (cipher.isPresent()) {
      var stanza = cipher.get().open(frame);
      net.told(stanza);
      machine.during(() -> listener.received(stanza));
      return;
    }
    var finished = handshake.finish(frame, request.payload(), net.agenda().now());
    cipher = Optional.of(finished.cipher());
    up(finished.clientFinish());
    net.trace("link", "open", number);
    machine.during(listener::opened);
  }

  // ---- the network between

  void cut() {
    net.agenda().after(net.latencyMs(), () -> endsAtServer(false));
    net.agenda().after(net.latencyMs(), () -> report(Input.Cause.LOST, "reset"));
  }

  /// Neither end hears of it.
  void dies() {
    dead = true;
  }

  /// Our process is gone: its kernel says so, or nobody does.
  @Override
  public void orphaned(boolean told) {
    if (told) {
      net.agenda().after(net.latencyMs(), () -> endsAtServer(false));
    } else {
      dies();
    }
  }

  private void report(Input.Cause cause, String text) {
    if (!reported && !machine.isDead()) {
      reported = true;
      net.trace("link", "closed " + cause, number);
      machine.during(() -> listener.closed(cause, text));
    }
  }
}
