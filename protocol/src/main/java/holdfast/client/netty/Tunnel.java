package holdfast.client.netty;

import holdfast.client.Proxy;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// What stands first in the pipeline of a connection through a proxy (R42): the look-up of the
/// proxy's name, and the talk with it until it has opened the way.
///
/// Until then Netty's handler holds back what the others write; if the proxy refuses or hangs up,
/// they are told by a `ProxyConnectException`, and the channel is closed.
final class Tunnel {
  private Tunnel() {}

  /// `talkMs`: how long the proxy may take to open the way.
  static ChannelHandler[] through(Proxy proxy, long talkMs) {
    var talk = talk(proxy);
    talk.setConnectTimeoutMillis(talkMs);
    return new ChannelHandler[] {new LookUp(), talk};
  }

  private static ProxyHandler talk(Proxy proxy) {
    var address = InetSocketAddress.createUnresolved(proxy.host(), proxy.port());
    return switch (proxy.kind()) {
      case HTTP ->
          proxy
              .login()
              .map(it -> new HttpProxyHandler(address, it.user(), it.password()))
              .orElseGet(() -> new HttpProxyHandler(address));
      case SOCKS5 ->
          proxy
              .login()
              .map(it -> new Socks5ProxyHandler(address, it.user(), it.password()))
              .orElseGet(() -> new Socks5ProxyHandler(address));
    };
  }

  /// The proxy handler connects to the address as it was given; a name must become one first.
  @SuppressWarnings("FutureReturnValueIgnored") // the promise tells what becomes of it
  private static final class LookUp extends ChannelOutboundHandlerAdapter {
    @Override
    public void connect(
        ChannelHandlerContext context,
        SocketAddress remote,
        SocketAddress local,
        ChannelPromise promise) {
      LookUps.OFF_THE_LOOPS
          .getResolver(context.executor())
          .resolve(remote)
          .addListener((Future<SocketAddress> found) -> go(context, found, local, promise));
    }

    private static void go(
        ChannelHandlerContext context,
        Future<SocketAddress> found,
        SocketAddress local,
        ChannelPromise promise) {
      if (found.isSuccess()) {
        context.connect(found.getNow(), local, promise);
      } else {
        promise.tryFailure(found.cause());
      }
    }
  }
}
