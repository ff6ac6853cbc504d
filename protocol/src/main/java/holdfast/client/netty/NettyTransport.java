package holdfast.client.netty;

import holdfast.client.Proxy;
import holdfast.client.Transport;
import holdfast.noise.FrameSplitter;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;

/// Connections over Netty: one pipeline of WebSocket and Noise for each, on few event loops for
/// all.
@SuppressWarnings(
    "FutureReturnValueIgnored") // what becomes of a write shows as the end of its channel
public final class NettyTransport implements Transport, AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = (1 << 24) + 3;
  private static final int THREADS = 2;

  private final Endpoint endpoint;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final EventLoopGroup loops;
  private final Optional<SslContext> tls;
  private final Limits limits;
  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile boolean shut;

  public NettyTransport(Endpoint endpoint, InstantSource clock, RandomGenerator random) {
    this(endpoint, clock, random, Limits.STANDARD);
  }

  public NettyTransport(
      Endpoint endpoint, InstantSource clock, RandomGenerator random, Limits limits) {
    this.limits = limits;
    this.endpoint = endpoint;
    this.clock = clock;
    this.random = random;
    this.loops = new MultiThreadIoEventLoopGroup(THREADS, ioHandlers());
    this.tls = endpoint.isTls() ? Optional.of(tls(endpoint)) : Optional.empty();
  }

  private static IoHandlerFactory ioHandlers() {
    return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  private static SslContext tls(Endpoint endpoint) {
    try {
      var builder =
          SslContextBuilder.forClient()
              .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK);
      endpoint.trust().ifPresent(file -> builder.trustManager(file.toFile()));
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("TLS can't be set up: " + e.getMessage(), e);
    }
  }

  /// The same network through a tenant's own proxy, asked for anew at each connection (R42).
  public Transport through(Supplier<Optional<Proxy>> proxy) {
    return (request, listener) -> open(request, listener, proxy.get());
  }

  @Override
  public Connection open(Request request, Listener listener) {
    return open(request, listener, Optional.empty());
  }

  private Connection open(Request request, Listener listener, Optional<Proxy> proxy) {
    if (shut) {
      throw new IllegalStateException("the transport is shut");
    }
    var connection = new NettyConnection(request, endpoint.root(), clock, random, listener);
    proxy.ifPresent(connection::goesThrough);
    var bootstrap =
        new Bootstrap()
            .group(loops)
            .resolver(LookUps.OFF_THE_LOOPS)
            .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) limits.tcp().toMillis())
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    pipeline(channel, connection, proxy);
                  }
                });
    proxy.ifPresent(_ -> bootstrap.disableResolver()); // it looks WhatsApp's name up itself
    var connecting = bootstrap.connect(endpoint.url().getHost(), endpoint.port());
    connection.on(connecting);
    return connection;
  }

  /// Ends every connection at once; whoever had one is told as if the network had cut it.
  public void cut() {
    open.close();
  }

  private void pipeline(SocketChannel channel, NettyConnection connection, Optional<Proxy> proxy) {
    open.add(channel);
    var line = channel.pipeline();
    proxy.ifPresent(it -> line.addLast(Tunnel.through(it, limits.talk().toMillis() / 2)));
    tls.ifPresent(
        context -> {
          var handler =
              context.newHandler(channel.alloc(), endpoint.url().getHost(), endpoint.port());
          var engine = handler.engine();
          var parameters = engine.getSSLParameters();
          parameters.setEndpointIdentificationAlgorithm("HTTPS");
          engine.setSSLParameters(parameters);
          line.addLast(handler);
        });
    line.addLast(new HttpClientCodec(), new HttpObjectAggregator(8192));
    line.addLast(
        new WebSocketClientProtocolHandler(
            new Upgrade(endpoint.url(), MAX_MESSAGE_BYTES),
            WebSocketClientProtocolConfig.newBuilder()
                .handshakeTimeoutMillis(limits.talk().toMillis())
                .forceCloseTimeoutMillis(0)
                .build()));
    line.addLast(
        connection.handler(new FrameSplitter(MAX_MESSAGE_BYTES), limits.talk().toMillis()));
  }

  @Override
  public void close() {
    shut = true;
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
