package holdfast.client.netty;

import holdfast.crypto.KeyPair;
import holdfast.noise.Certificates;
import holdfast.noise.FrameCipher;
import holdfast.noise.FrameSplitter;
import holdfast.noise.IntroHeader;
import holdfast.noise.ServerHandshake;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// A server on loopback that begins as it should and goes wrong where it is told to.
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of a write, the client tells
final class HostileServer implements AutoCloseable {
  /// Where it goes wrong, and how.
  interface Fault {
    /// The bytes to say instead of this server hello; none to close.
    default Optional<byte[]> hello(byte[] right) {
      return Optional.of(right);
    }

    /// The messages to send once the handshake is done.
    default List<byte[]> afterwards(FrameCipher cipher) {
      return List.of();
    }
  }

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Random random = new Random(11);
  private final KeyPair root = KeyPair.generate(random);
  private final KeyPair key = KeyPair.generate(random);
  private final byte[] chain;
  private final Channel listening;

  HostileServer(Fault fault) {
    this(fault, Instant.now());
  }

  /// With certificates that are valid for a day before and after `now`.
  HostileServer(Fault fault, Instant now) {
    chain =
        Certificates.issue(
            root,
            KeyPair.generate(random),
            key.publicKey(),
            now.minus(Duration.ofDays(1)),
            now.plus(Duration.ofDays(1)),
            random);
    listening =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(8192),
                            new WebSocketServerProtocolHandler("/ws/chat"),
                            new Talk(fault));
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
  }

  Endpoint endpoint() {
    int port = ((InetSocketAddress) listening.localAddress()).getPort();
    return new Endpoint(
        URI.create("ws://127.0.0.1:" + port + "/ws/chat"), root.publicKey(), Optional.empty());
  }

  @Override
  public void close() {
    listening.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Talk extends SimpleChannelInboundHandler<BinaryWebSocketFrame> {
    private final Fault fault;
    private final ServerHandshake handshake =
        new ServerHandshake(key, chain, new byte[] {'W', 'A', 6, 3}, random);
    private int messages;

    Talk(Fault fault) {
      this.fault = fault;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, BinaryWebSocketFrame message) {
      var bytes = ByteBufUtil.getBytes(message.content());
      if (messages++ == 0) {
        int intro = IntroHeader.read(bytes).orElseThrow().length();
        var hello = handshake.answer(Arrays.copyOfRange(bytes, intro + 3, bytes.length));
        fault.hello(hello).ifPresentOrElse(said -> say(context, said), context::close);
      } else {
        var frame = new FrameSplitter(1 << 20).feed(bytes).getFirst();
        fault.afterwards(handshake.finish(frame).cipher()).forEach(said -> say(context, said));
      }
    }

    private void say(ChannelHandlerContext context, byte[] bytes) {
      context
          .writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)))
          .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }
  }
}
