package holdfast.gateway.session;

import holdfast.client.Names;
import holdfast.gateway.store.Tenants;
import holdfast.gateway.tenant.TenantConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sessions of the only process there is: every tenant is its own.
public final class LocalSessions implements Sessions {
  /// Makes the session of a tenant, at rest. `epoch`: what its commits carry.
  public interface Opener {
    TenantSession open(String tenant, long epoch, TenantConfig.Rules rules);
  }

  private static final Logger log = LoggerFactory.getLogger(LocalSessions.class);

  /// How long an orderly end may take before the process ends without it.
  private static final Duration FAREWELL = Duration.ofSeconds(10);

  private final Tenants tenants;
  private final Opener opener;
  private final TenantConfig.Rules standard;
  private final Map<String, CompletableFuture<Optional<TenantSession>>> open =
      new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  public LocalSessions(Tenants tenants, Opener opener, TenantConfig.Rules standard) {
    this.tenants = tenants;
    this.opener = opener;
    this.standard = standard;
  }

  @Override
  public Optional<TenantSession> find(String tenant) {
    var mine = new CompletableFuture<Optional<TenantSession>>();
    var first = open.putIfAbsent(tenant, mine);
    if (first != null) {
      return first.join();
    }
    try {
      var session = closing.getCount() == 0 ? Optional.<TenantSession>empty() : open(tenant);
      if (session.isEmpty()) {
        open.remove(tenant, mine);
      }
      mine.complete(session);
      return session;
    } catch (RuntimeException e) {
      open.remove(tenant, mine);
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private Optional<TenantSession> open(String tenant) {
    var found = tenants.find(tenant);
    var epoch = found.isEmpty() ? Optional.<Long>empty() : tenants.takeOver(tenant);
    return epoch.map(
        number -> {
          var rules = TenantConfig.parse(found.orElseThrow().config()).rules(standard);
          var session = opener.open(tenant, number, rules);
          session.addListener(new Witness(Names.masked(tenant), session.status()));
          return session;
        });
  }

  /// Brings back every tenant that is wanted, at most `perSecond` (R21). Blocks until all have been
  /// told, or the end.
  public void restore(double perSecond) {
    new Restore(tenants, this, closing, perSecond).run();
  }

  @Override
  public void configured(String tenant, TenantConfig.Rules rules) {
    var session = open.get(tenant);
    if (session != null) {
      session.join().ifPresent(known -> known.rules(rules));
    }
  }

  @Override
  public void drop(String tenant) {
    var session = open.get(tenant);
    if (session != null) {
      session.join().ifPresent(known -> await(List.of(known.close().toCompletableFuture())));
      open.remove(tenant, session);
    }
  }

  /// Everything that lives now, for those who count.
  public void forEach(BiConsumer<String, TenantSession> action) {
    open.forEach(
        (tenant, session) -> {
          if (session.isDone() && !session.isCompletedExceptionally()) {
            session.join().ifPresent(known -> action.accept(tenant, known));
          }
        });
  }

  @Override
  public void close() {
    closing.countDown();
    await(open.values().stream().map(LocalSessions::opened).toList());
    var farewells = new ArrayList<CompletableFuture<Void>>();
    forEach((_, session) -> farewells.add(session.close().toCompletableFuture()));
    await(farewells);
  }

  /// Done as soon as the session is open, or can't be.
  private static CompletableFuture<Void> opened(
      CompletableFuture<Optional<TenantSession>> opening) {
    return opening.exceptionally(_ -> Optional.empty()).thenRun(() -> {});
  }

  private static void await(List<CompletableFuture<Void>> farewells) {
    try {
      CompletableFuture.allOf(farewells.toArray(CompletableFuture<?>[]::new))
          .get(FAREWELL.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.warn("not every session ended in an orderly way: {}", e.toString());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
