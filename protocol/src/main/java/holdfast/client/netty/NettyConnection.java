package holdfast.client.netty;

import holdfast.client.Proxy;
import holdfast.client.Transport;
import holdfast.crypto.BadKey;
import holdfast.crypto.Forged;
import holdfast.noise.ClientHandshake;
import holdfast.noise.FrameCipher;
import holdfast.noise.FrameSplitter;
import holdfast.noise.NoiseFailure;
import holdfast.session.Input;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.proxy.ProxyConnectionEvent;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One connection: the Noise handshake, then frames both ways. All of its state is confined to its
/// event loop.
@SuppressWarnings(
    "FutureReturnValueIgnored") // what becomes of a write shows as the end of its channel
final class NettyConnection implements Transport.Connection {
  private static final String NO_HANDSHAKE = "ended before the handshake was done";

  private final InstantSource clock;
  private final Transport.Listener listener;
  private final byte[] payload;

  /// Given up once it is done: an idle connection keeps two keys and two counters.
  private @Nullable ClientHandshake handshake;

  private @Nullable FrameCipher cipher;
  private volatile @Nullable Channel channel;
  private Input.Cause cause = Input.Cause.UNREACHABLE;
  private String text = NO_HANDSHAKE;
  private final AtomicBoolean told = new AtomicBoolean();
  private boolean closing;
  private Optional<Proxy> proxy = Optional.empty();

  NettyConnection(
      Transport.Request request,
      byte[] root,
      InstantSource clock,
      RandomGenerator random,
      Transport.Listener listener) {
    this.payload = request.payload();
    this.clock = clock;
    this.listener = listener;
    this.handshake = new ClientHandshake(request.noiseKey(), root, request.routing(), random);
  }

  /// Before it begins: whatever fails on the way to `via` is the proxy's failure (R42).
  void goesThrough(Proxy via) {
    proxy = Optional.of(via);
    cause = Input.Cause.PROXY;
    text = onTheWay("it hung up");
  }

  private void passedTheProxy() {
    cause = Input.Cause.UNREACHABLE;
    text = NO_HANDSHAKE;
  }

  /// The channel's end, however it comes, is the connection's end: told once.
  void on(ChannelFuture connecting) {
    var opening = connecting.channel();
    channel = opening;
    connecting.addListener(_ -> perhapsEnded(connecting));
    opening.closeFuture().addListener(_ -> perhapsEnded(connecting));
  }

  /// Of an attempt that failed and of the close of its channel either may be told first, and a
  /// channel that could not even be made has no close of its own: the attempt's outcome must be
  /// known.
  private void perhapsEnded(ChannelFuture connecting) {
    if (!connecting.isDone()) {
      return;
    }
    if (!connecting.isSuccess() && !closing) {
      cause = proxy.isPresent() ? Input.Cause.PROXY : Input.Cause.UNREACHABLE;
      text = onTheWay(word(connecting.cause()));
    }
    if (!connecting.isSuccess() || !connecting.channel().isOpen()) {
      ended();
    }
  }

  private void ended() {
    if (told.compareAndSet(false, true)) {
      listener.closed(cause, text);
    }
  }

  /// `helloMs`: how long the server may take for its hello.
  ChannelHandler handler(FrameSplitter splitter, long helloMs) {
    return new Handler(splitter, helloMs);
  }

  @Override
  public void send(List<byte[]> stanzas) {
    var open = channel;
    if (open != null) {
      open.eventLoop().execute(() -> write(open, stanzas));
    }
  }

  private void write(Channel open, List<byte[]> stanzas) {
    if (cipher == null || !open.isActive()) {
      return; // what was to be said is repeated by whoever said it: nothing unacknowledged is
      // forgotten
    }
    for (var stanza : stanzas) {
      open.write(frame(FrameSplitter.frame(cipher.seal(stanza))));
    }
    open.flush();
  }

  private static BinaryWebSocketFrame frame(byte[] bytes) {
    return new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes));
  }

  @Override
  public void close() {
    end(
        open -> {
          if (cipher == null || !open.isActive()) {
            open.close();
          } else {
            open.writeAndFlush(new CloseWebSocketFrame(1000, "")).addListener(_ -> open.close());
          }
        });
  }

  @Override
  public void destroy() {
    end(
        open -> {
          open.config().setOption(ChannelOption.SO_LINGER, 0);
          open.close();
        });
  }

  private void end(Consumer<Channel> how) {
    var open = channel;
    if (open == null) {
      return;
    }
    open.eventLoop()
        .execute(
            () -> {
              closing = true;
              cause = Input.Cause.CLOSED;
              text = "closed by us";
              how.accept(open);
            });
  }

  @Override
  public void reading(boolean on) {
    var open = channel;
    if (open != null) {
      open.config().setAutoRead(on);
    }
  }

  /// Names the proxy beside what happened before it had opened the way.
  private String onTheWay(String word) {
    return proxy.map(via -> "the proxy " + via.address() + " failed: " + word).orElse(word);
  }

  private static String word(@Nullable Throwable why) {
    if (why == null) {
      return "";
    }
    var message = why.getMessage();
    return message == null ? why.getClass().getSimpleName() : message;
  }

  private void end(ChannelHandlerContext context, Input.Cause why, String word) {
    if (!closing) {
      closing = true;
      cause = why;
      text = word;
    }
    context.close();
  }

  private final class Handler extends SimpleChannelInboundHandler<WebSocketFrame> {
    private final FrameSplitter splitter;
    private final long helloMs;

    Handler(FrameSplitter splitter, long helloMs) {
      this.splitter = splitter;
      this.helloMs = helloMs;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      var opening = handshake;
      if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE && opening != null) {
        context.writeAndFlush(frame(opening.start()));
        context
            .executor()
            .schedule(
                () -> {
                  if (cipher == null) {
                    end(context, Input.Cause.UNREACHABLE, "no server hello");
                  }
                },
                helloMs,
                TimeUnit.MILLISECONDS);
      } else if (event == ClientHandshakeStateEvent.HANDSHAKE_TIMEOUT) {
        end(context, Input.Cause.UNREACHABLE, "no answer to the upgrade");
      } else if (event instanceof ProxyConnectionEvent) {
        passedTheProxy();
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame message) {
      if (closing
          || !(message instanceof BinaryWebSocketFrame
              || message instanceof ContinuationWebSocketFrame)) {
        return;
      }
      try {
        for (var frame : splitter.feed(ByteBufUtil.getBytes(message.content()))) {
          take(context, frame);
        }
      } catch (NoiseFailure | BadKey | Forged e) {
        end(context, spoilt(), word(e));
      }
    }

    private void take(ChannelHandlerContext context, byte[] frame) {
      var opening = handshake;
      if (opening == null) {
        listener.received(opened(frame));
        return;
      }
      handshake = null;
      var finished = opening.finish(frame, payload, clock.instant());
      cipher = finished.cipher();
      cause = Input.Cause.LOST;
      text = "ended by the other side";
      context.writeAndFlush(frame(finished.clientFinish()));
      listener.opened();
    }

    private byte[] opened(byte[] frame) {
      if (cipher == null) {
        throw new NoiseFailure("a frame after a handshake that failed");
      }
      return cipher.open(frame);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable why) {
      switch (why) {
        case ProxyConnectException e -> end(context, Input.Cause.PROXY, onTheWay(word(e)));
        case CorruptedFrameException e -> end(context, spoilt(), word(e));
        default ->
            end(context, cipher == null ? Input.Cause.UNREACHABLE : Input.Cause.LOST, word(why));
      }
    }

    private Input.Cause spoilt() {
      return cipher == null ? Input.Cause.HANDSHAKE : Input.Cause.MALFORMED;
    }
  }
}
