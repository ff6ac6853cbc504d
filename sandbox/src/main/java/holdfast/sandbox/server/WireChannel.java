package holdfast.sandbox.server;

import holdfast.noise.FrameCipher;
import holdfast.noise.FrameSplitter;
import holdfast.noise.NoiseFailure;
import holdfast.noise.ServerHandshake;
import holdfast.stanza.Element;
import holdfast.stanza.MalformedStanza;
import holdfast.stanza.StanzaCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// One WebSocket: intro header, handshake, then frames. Ciphers run here, on Netty's threads; what
/// is said goes to the world's thread.
final class WireChannel extends SimpleChannelInboundHandler<WebSocketFrame> implements Wire {
  private static final int MOST_FRAME_BYTES = 0xFFFFFF;
  private static final int INTRO = 4;
  private static final int HANDSHAKE_SECONDS = 20;
  private static final int GOODBYE_SECONDS = 2;

  private final Network network;
  private final FrameSplitter frames = new FrameSplitter(MOST_FRAME_BYTES);
  private Optional<ChannelHandlerContext> context = Optional.empty();
  private byte[] early = {};
  private boolean introduced;
  private Optional<ServerHandshake> handshake = Optional.empty();
  private Optional<FrameCipher> cipher = Optional.empty();
  private boolean over;
  private boolean swallowing;

  WireChannel(Network network) {
    this.network = network;
  }

  private void world(Runnable task) {
    network.world().loop().execute(task);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = Optional.of(added);
    world(network::accepted);
    var _ =
        added
            .executor()
            .schedule(
                () -> {
                  if (cipher.isEmpty()) {
                    shut(added);
                  }
                },
                HANDSHAKE_SECONDS,
                TimeUnit.SECONDS);
  }

  // ---- in

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (swallowing) {
      return;
    }
    switch (frame) {
      case BinaryWebSocketFrame binary -> received(ctx, ByteBufUtil.getBytes(binary.content()));
      case PingWebSocketFrame ping -> write(ctx, new PongWebSocketFrame(ping.content().retain()));
      case PongWebSocketFrame _ -> world(() -> network.ponged(this));
      case CloseWebSocketFrame _ -> {
        over(true);
        var _ =
            ctx.writeAndFlush(new CloseWebSocketFrame(1000, ""))
                .addListener(ChannelFutureListener.CLOSE);
      }
      default -> {} // text has no meaning here
    }
  }

  private void received(ChannelHandlerContext ctx, byte[] bytes) {
    try {
      for (var frame : frames.feed(withoutIntro(bytes))) {
        frame(frame);
      }
    } catch (NoiseFailure e) {
      shut(ctx);
    }
  }

  /// The intro header comes once, in front of the first frame; before it there may be routing info
  /// of an earlier connection, which says nothing here (protocol page 01 § 1).
  private byte[] withoutIntro(byte[] bytes) {
    if (introduced) {
      return bytes;
    }
    early = joined(early, bytes);
    int start = 0;
    if (early.length >= 7 && early[0] == 'E' && early[1] == 'D') {
      int length = (early[4] & 0xFF) << 16 | (early[5] & 0xFF) << 8 | (early[6] & 0xFF);
      start = 7 + length;
    }
    if (early.length < start + INTRO || (early[0] == 'E' && early.length < 7)) {
      return new byte[0];
    }
    var intro = Arrays.copyOfRange(early, start, start + INTRO);
    if (intro[0] != 'W' || intro[1] != 'A' || intro[2] != 6 || intro[3] < 2) {
      throw new NoiseFailure("not the intro header");
    }
    introduced = true;
    var roots = network.world().roots();
    handshake =
        Optional.of(
            new ServerHandshake(roots.server(), roots.chain(), intro, network.world().random()));
    return Arrays.copyOfRange(early, start + INTRO, early.length);
  }

  private static byte[] joined(byte[] some, byte[] more) {
    var all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  private boolean helloSeen;

  private void frame(byte[] frame) {
    if (cipher.isPresent()) {
      stanza(cipher.get().open(frame));
    } else if (!helloSeen) {
      helloSeen = true;
      var answer = handshake.orElseThrow().answer(frame);
      world(() -> network.greeted(this, () -> answer(answer)));
    } else {
      var finished = handshake.orElseThrow().finish(frame);
      cipher = Optional.of(finished.cipher());
      handshake = Optional.empty();
      world(() -> network.opened(this, finished.clientStatic(), finished.clientPayload()));
    }
  }

  private void stanza(byte[] plaintext) {
    try {
      var stanza = StanzaCodec.decode(plaintext);
      world(() -> network.received(this, stanza));
    } catch (MalformedStanza e) {
      world(() -> network.malformed(this, String.valueOf(e.getMessage())));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    over(false);
  }

  private void over(boolean orderly) {
    if (over) {
      return;
    }
    over = true;
    boolean open = cipher.isPresent();
    world(
        () -> {
          if (open) {
            network.closed(this, orderly);
          } else {
            network.abandoned();
          }
        });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    shut(ctx);
  }

  // ---- out

  @Override
  public void send(Element stanza) {
    onChannel(
        ctx -> {
          if (cipher.isPresent() && ctx.channel().isActive()) {
            var sealed = cipher.get().seal(StanzaCodec.encode(stanza));
            write(ctx, binary(FrameSplitter.frame(sealed)));
          }
        });
  }

  @Override
  public void send(Element stanza, Damage damage) {
    onChannel(
        ctx -> {
          if (cipher.isPresent() && ctx.channel().isActive()) {
            var sealed = cipher.get().seal(damage.stanza(StanzaCodec.encode(stanza)));
            write(ctx, binary(damage.frame(sealed)));
          }
        });
  }

  /// The server's half of the handshake.
  private void answer(byte[] hello) {
    onChannel(ctx -> write(ctx, binary(hello)));
  }

  @Override
  public void ping() {
    onChannel(ctx -> write(ctx, new PingWebSocketFrame(Unpooled.EMPTY_BUFFER)));
  }

  @Override
  public void close() {
    onChannel(
        ctx -> {
          write(ctx, new CloseWebSocketFrame(1000, ""));
          // The client closes too, or is closed upon.
          var _ = ctx.executor().schedule(() -> shut(ctx), GOODBYE_SECONDS, TimeUnit.SECONDS);
        });
  }

  @Override
  public void cut() {
    onChannel(
        ctx -> {
          ctx.channel().config().setOption(io.netty.channel.ChannelOption.SO_LINGER, 0);
          shut(ctx);
        });
  }

  @Override
  public void swallow() {
    onChannel(_ -> swallowing = true);
  }

  private void onChannel(java.util.function.Consumer<ChannelHandlerContext> task) {
    context.ifPresent(ctx -> ctx.executor().execute(() -> task.accept(ctx)));
  }

  private void write(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (swallowing) {
      frame.release();
    } else {
      var _ = ctx.writeAndFlush(frame);
    }
  }

  private static void shut(ChannelHandlerContext ctx) {
    var _ = ctx.close();
  }

  private static BinaryWebSocketFrame binary(byte[] bytes) {
    ByteBuf content = Unpooled.wrappedBuffer(bytes);
    return new BinaryWebSocketFrame(content);
  }
}
