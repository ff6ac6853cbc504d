package holdfast.client.netty;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Function;

/// Looks names up as the JDK does, each on a thread of its own: a look-up may hang for many
/// seconds,
/// and the event loops are few for the connections of all tenants.
final class LookUps extends AddressResolverGroup<InetSocketAddress> {
  static final LookUps OFF_THE_LOOPS = new LookUps();

  private LookUps() {}

  @Override
  protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
    return new ByTheJdk(executor).asAddressResolver();
  }

  private static final class ByTheJdk extends InetNameResolver {
    ByTheJdk(EventExecutor executor) {
      super(executor);
    }

    @Override
    protected void doResolve(String name, Promise<InetAddress> promise) {
      lookUp(name, promise, all -> all[0]);
    }

    @Override
    protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
      lookUp(name, promise, List::of);
    }

    private static <T> void lookUp(
        String name, Promise<T> promise, Function<InetAddress[], T> found) {
      Runnable task =
          () -> {
            try {
              promise.trySuccess(found.apply(InetAddress.getAllByName(name)));
            } catch (UnknownHostException e) {
              promise.tryFailure(e);
            }
          };
      if (NetUtil.createByteArrayFromIpAddressString(name) != null) {
        task.run(); // an address is its own answer
      } else {
        // A thread of the system: the look-up blocks in native code, and would hold one of the few
        // that carry virtual threads.
        Thread.ofPlatform().daemon().name("look-up").start(task);
      }
    }
  }
}
