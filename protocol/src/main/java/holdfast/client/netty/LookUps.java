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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Looks names up as the JDK does, each on a thread of its own: a look-up may hang for many
/// seconds, and the event loops are few for the connections of all tenants.
final class LookUps extends AddressResolverGroup<InetSocketAddress> {
  static final LookUps OFF_THE_LOOPS = new LookUps();

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private LookUps() {}

  @Override
  protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
    return new ByTheJdk(executor).asAddressResolver();
  }

  /// Look-ups that are under way, by name: all tenants ask for WhatsApp's, and one thread is
  /// enough.
  private static final ConcurrentMap<String, CompletableFuture<InetAddress[]>> UNDER_WAY =
      new ConcurrentHashMap<>();

  private static CompletableFuture<InetAddress[]> lookUp(String name) {
    var mine = new CompletableFuture<InetAddress[]>();
    var before = UNDER_WAY.putIfAbsent(name, mine);
    if (before != null) {
      return before;
    }
    // Whatever becomes of it, the next one looks anew; one that hangs isn't waited for.
    var _ =
        mine.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .whenComplete((_, _) -> UNDER_WAY.remove(name, mine));
    try {
      // A thread of the system: the look-up blocks in native code, and would hold one of the few
      // that carry virtual threads.
      Thread.ofPlatform().daemon().name("look-up").start(() -> lookUp(name, mine));
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
    }
    return mine;
  }

  private static void lookUp(String name, CompletableFuture<InetAddress[]> result) {
    try {
      result.complete(InetAddress.getAllByName(name));
    } catch (UnknownHostException | RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
  }

  private static final class ByTheJdk extends InetNameResolver {
    ByTheJdk(EventExecutor executor) {
      super(executor);
    }

    @Override
    protected void doResolve(String name, Promise<InetAddress> promise) throws Exception {
      tell(name, promise, all -> all[0]);
    }

    @Override
    protected void doResolveAll(String name, Promise<List<InetAddress>> promise) throws Exception {
      tell(name, promise, List::of);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells what becomes of it
    private static <T> void tell(String name, Promise<T> promise, Function<InetAddress[], T> found)
        throws UnknownHostException {
      var address = NetUtil.createByteArrayFromIpAddressString(name);
      if (address != null) { // an address is its own answer
        promise.trySuccess(found.apply(InetAddress.getAllByName(name)));
        return;
      }
      lookUp(name)
          .whenComplete(
              (all, problem) -> {
                if (problem == null) {
                  promise.trySuccess(found.apply(all));
                } else {
                  promise.tryFailure(problem);
                }
              });
    }
  }
}
