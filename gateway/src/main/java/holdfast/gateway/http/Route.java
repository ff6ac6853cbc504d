package holdfast.gateway.http;

import io.javalin.http.Handler;
import java.util.Set;

/// One operation of the API. `scopes`: which keys may, beside an admin's; `open`: nobody needs a
/// key; `flowing`: its handler itself reads what comes or writes what goes, as it flows.
record Route(
    String method, String path, boolean open, Set<Scope> scopes, boolean flowing, Handler handler) {
  static Route open(String method, String path, Handler handler) {
    return new Route(method, path, true, Set.of(), false, handler);
  }

  static Route admin(String method, String path, Handler handler) {
    return new Route(method, path, false, Set.of(), false, handler);
  }

  static Route tenant(String method, String path, Handler handler) {
    return new Route(method, path, false, Set.of(Scope.TENANT), false, handler);
  }

  /// For a tenant's key and for those that may only read.
  static Route reading(String path, Handler handler) {
    return new Route("GET", path, false, Set.of(Scope.TENANT, Scope.READ), false, handler);
  }

  /// For a tenant's key and for those that may only send.
  static Route sending(String method, String path, Handler handler) {
    return new Route(method, path, false, Set.of(Scope.TENANT, Scope.SEND), false, handler);
  }

  Route alsoFor(Scope scope) {
    var more = new java.util.HashSet<>(scopes);
    more.add(scope);
    return new Route(method, path, open, Set.copyOf(more), flowing, handler);
  }

  Route asFlowing() {
    return new Route(method, path, open, scopes, true, handler);
  }
}
