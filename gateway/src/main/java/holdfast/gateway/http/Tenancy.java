package holdfast.gateway.http;

import holdfast.gateway.session.Sessions;
import holdfast.gateway.session.TenantSession;
import holdfast.gateway.store.Tenants;
import holdfast.gateway.tenant.TenantConfig;
import holdfast.session.Caller;
import holdfast.session.Input;
import holdfast.session.Outcome;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// The tenant that a request is about, and its session.
final class Tenancy {
  /// What a session needs beyond a caller's own patience to say how things stand.
  private static final Duration GRACE = Duration.ofSeconds(35);

  private final Tenants tenants;
  private final Sessions sessions;

  Tenancy(Tenants tenants, Sessions sessions) {
    this.tenants = tenants;
    this.sessions = sessions;
  }

  Sessions sessions() {
    return sessions;
  }

  Tenants.Tenant tenant(Context request) {
    var id = Guard.tenant(request).text();
    return tenants.find(id).orElseThrow(() -> Refusal.of(Problem.NO_SUCH_TENANT));
  }

  /// Whether this very tenant still exists: another customer may have been given its id since.
  boolean stands(Tenants.Tenant tenant) {
    return tenants
        .find(tenant.id())
        .filter(now -> now.createdAt().equals(tenant.createdAt()))
        .isPresent();
  }

  /// Makes the tenant unless it exists. What exists stays as it is.
  void make(String tenant, TenantConfig config, Instant now) {
    if (sessions.find(tenant).isEmpty()) {
      tenants.create(tenant, config.json(), now);
    }
  }

  TenantSession session(Context request) {
    return session(Guard.tenant(request).text());
  }

  TenantSession session(String tenant) {
    return sessions.find(tenant).orElseThrow(() -> Refusal.of(Problem.NO_SUCH_TENANT));
  }

  /// Asks and waits; a virtual thread waits for nothing.
  static Outcome ask(TenantSession session, Function<Caller, Input> command, Duration patience) {
    try {
      return session
          .ask(command, patience)
          .toCompletableFuture()
          .get(patience.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw Refusal.of(Problem.TIMED_OUT);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw Refusal.of(Problem.STORE_UNAVAILABLE, "the gateway is stopping");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException(e.getCause());
    }
  }
}
