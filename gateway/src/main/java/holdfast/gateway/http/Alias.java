package holdfast.gateway.http;

import holdfast.gateway.tenant.TenantConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/// How an old system's routes lead to ours (R30): the tenant is made at its first use, then the
/// same code answers. A key that may only read makes none.
final class Alias {
  private final Tenancy tenancy;
  private final InstantSource clock;
  private final TenantConfig config;
  private final List<Route> ours;

  /// `config`: what a tenant that is made at its first use gets. `ours`: the routes to lead to.
  Alias(Tenancy tenancy, InstantSource clock, TenantConfig config, List<Route> ours) {
    this.tenancy = tenancy;
    this.clock = clock;
    this.config = config;
    this.ours = ours;
  }

  /// `path` answers as `target` does, for the same keys.
  Route of(String method, String path, String target) {
    var known =
        ours.stream()
            .filter(route -> route.method().equals(method) && route.path().equals(target))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no route " + method + " " + target));
    return using(new Route(method, path, false, known.scopes(), known.flowing(), known.handler()));
  }

  Route of(String method, String path, Set<Scope> scopes, Handler handler) {
    return using(new Route(method, path, false, scopes, false, handler));
  }

  private Route using(Route route) {
    return new Route(
        route.method(),
        route.path(),
        route.open(),
        route.scopes(),
        route.flowing(),
        request -> {
          use(request);
          route.handler().handle(request);
        });
  }

  private void use(Context request) {
    var tenant = Guard.tenant(request).text();
    if (!Guard.pass(request).key().scope().equals(Scope.READ.word())) {
      tenancy.make(tenant, config, clock.instant());
    }
  }
}
