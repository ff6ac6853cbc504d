package holdfast.simulation;

import holdfast.noise.FrameCipher;
import holdfast.noise.FrameSplitter;
import holdfast.noise.NoiseFailure;
import holdfast.noise.ServerHandshake;
import holdfast.sandbox.server.Damage;
import holdfast.sandbox.server.Wire;
import holdfast.stanza.Element;
import holdfast.stanza.MalformedStanza;
import holdfast.stanza.StanzaCodec;
import java.util.Arrays;
import java.util.Optional;

/// The server's end of a connection: what the sandbox has a channel of Netty for.
final class SandboxServerEnd implements Wire {
  private static final int MOST_BYTES = 0xFFFFFF;
  private static final int INTRO = 4;

  private final SandboxNet net;
  private final SandboxLink link;
  private final FrameSplitter frames = new FrameSplitter(MOST_BYTES);
  private Optional<ServerHandshake> handshake = Optional.empty();
  private Optional<FrameCipher> cipher = Optional.empty();
  private boolean greeted;
  private boolean accepted;
  private boolean over;
  private boolean swallowing;

  SandboxServerEnd(SandboxNet net, SandboxLink link) {
    this.net = net;
    this.link = link;
  }

  // ---- in

  void accepted() {
    accepted = true;
    net.happens(net.network()::accepted);
  }

  void arrived(byte[] bytes) {
    if (over || swallowing) {
      return;
    }
    try {
      for (var frame :
          frames.feed(handshake.isPresent() || greeted ? bytes : withoutIntro(bytes))) {
        frame(frame);
      }
    } catch (NoiseFailure e) {
      throw new Broken("the server can't open a frame of ours: " + e.getMessage());
    }
  }

  /// In front there may be routing info of an earlier connection.
  private byte[] withoutIntro(byte[] bytes) {
    int start = 0;
    if (bytes[0] == 'E' && bytes[1] == 'D') {
      start = 7 + ((bytes[4] & 0xFF) << 16 | (bytes[5] & 0xFF) << 8 | (bytes[6] & 0xFF));
    }
    var intro = Arrays.copyOfRange(bytes, start, start + INTRO);
    var roots = net.world().roots();
    handshake =
        Optional.of(
            new ServerHandshake(roots.server(), roots.chain(), intro, net.world().random()));
    return Arrays.copyOfRange(bytes, start + INTRO, bytes.length);
  }

  private void frame(byte[] frame) {
    if (cipher.isPresent()) {
      stanza(cipher.get().open(frame));
    } else if (!greeted) {
      greeted = true;
      var answer = handshake.orElseThrow().answer(frame);
      net.happens(() -> net.network().greeted(this, () -> out(answer)));
    } else {
      var finished = handshake.orElseThrow().finish(frame);
      cipher = Optional.of(finished.cipher());
      net.happens(
          () -> net.network().opened(this, finished.clientStatic(), finished.clientPayload()));
    }
  }

  private void stanza(byte[] plaintext) {
    try {
      var stanza = StanzaCodec.decode(plaintext);
      net.happens(() -> net.network().received(this, stanza));
    } catch (MalformedStanza e) {
      throw new Broken("the server can't read what we send: " + e.getMessage());
    }
  }

  /// It has ended, as far as the server can know.
  void over(boolean orderly) {
    if (over || !accepted) {
      return;
    }
    over = true;
    boolean opened = cipher.isPresent();
    net.happens(
        () -> {
          if (opened) {
            net.network().closed(this, orderly);
          } else {
            net.network().abandoned();
          }
        });
  }

  // ---- out

  private void out(byte[] bytes) {
    if (!over && !swallowing) {
      link.down(bytes);
    }
  }

  @Override
  public void send(Element stanza) {
    cipher.ifPresent(it -> out(FrameSplitter.frame(it.seal(StanzaCodec.encode(stanza)))));
  }

  @Override
  public void send(Element stanza, Damage damage) {
    cipher.ifPresent(it -> out(damage.frame(it.seal(damage.stanza(StanzaCodec.encode(stanza))))));
  }

  @Override
  public void ping() {
    if (!over && !swallowing) {
      net.agenda()
          .after(
              2 * net.latencyMs(),
              () -> {
                if (link.answersPings()) {
                  net.happens(() -> net.network().ponged(this));
                }
              });
    }
  }

  @Override
  public void close() {
    link.ended();
  }

  @Override
  public void cut() {
    link.cut();
  }

  @Override
  public void swallow() {
    swallowing = true;
  }
}
