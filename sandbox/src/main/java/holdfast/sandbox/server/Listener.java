package holdfast.sandbox.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;

/// The sandbox's ports, on loopback only. Control and WebSockets share one; with TLS on another.
public final class Listener implements AutoCloseable {
  /// Certificate chain and PKCS#8 key in PEM.
  public record Tls(String chainPem, String keyPem) {
    private SslContext context() throws SSLException {
      return SslContextBuilder.forServer(bytes(chainPem), bytes(keyPem)).build();
    }

    private static InputStream bytes(String text) {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
      return "Tls[]";
    }
  }

  private static final int THREADS = 2;
  private static final int MOST_REQUEST_BYTES = 16 * 1024 * 1024;
  private static final int BACKLOG = 4096;

  private final EventLoopGroup loops;
  private final Class<? extends ServerChannel> channelType;
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
  private final Network network;

  public Listener(Network network) {
    this.network = network;
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    this.loops = new MultiThreadIoEventLoopGroup(THREADS, io);
    this.channelType = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /// Opens a port (0 for any) and gives its number. @throws IOException when it is taken
  public int open(int port, Optional<Tls> tls, HttpHandler handler) throws IOException {
    var context = tls.isPresent() ? Optional.of(tls.get().context()) : Optional.<SslContext>empty();
    var bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(channelType)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    begin(channel, context, handler);
                  }
                });
    var bound =
        bootstrap
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("port " + port + " can't be opened: " + reason(bound.cause()));
    }
    channels.add(bound.channel());
    return ((InetSocketAddress) bound.channel().localAddress()).getPort();
  }

  private static String reason(Throwable cause) {
    return cause == null ? "unknown" : String.valueOf(cause.getMessage());
  }

  private void begin(Channel channel, Optional<SslContext> tls, HttpHandler handler) {
    channels.add(channel);
    tls.ifPresent(it -> channel.pipeline().addLast(it.newHandler(channel.alloc())));
    channel.pipeline().addLast(new HttpServerCodec());
    channel.pipeline().addLast(new HttpObjectAggregator(MOST_REQUEST_BYTES));
    channel.pipeline().addLast(new Front(network, handler, calls));
  }

  /// Nobody comes in any more, and who is in is put out; what that means for the world still runs.
  public void shut() {
    channels.close().awaitUninterruptibly();
  }

  @Override
  public void close() {
    shut();
    calls.shutdownNow();
    loops.shutdownGracefully(0, 2, java.util.concurrent.TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
