package holdfast.sandbox.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the handler of a method and a path such as `/sandbox/phones/{number}/scan`.
final class Router<H> {
  record Found<H>(H handler, Map<String, String> parameters) {}

  private record Route<H>(String method, List<String> path, H handler) {}

  private final List<Route<H>> routes = new ArrayList<>();

  void add(String method, String path, H handler) {
    routes.add(new Route<>(method, List.of(path.split("/", -1)), handler));
  }

  Optional<Found<H>> find(String method, String path) {
    var parts = List.of(path.split("/", -1));
    for (var route : routes) {
      if (route.method().equals(method)) {
        var parameters = match(route.path(), parts);
        if (parameters.isPresent()) {
          return Optional.of(new Found<>(route.handler(), parameters.get()));
        }
      }
    }
    return Optional.empty();
  }

  /// Whether the path is known under another method.
  boolean knows(String path) {
    var parts = List.of(path.split("/", -1));
    return routes.stream().anyMatch(route -> match(route.path(), parts).isPresent());
  }

  private static Optional<Map<String, String>> match(List<String> pattern, List<String> parts) {
    if (pattern.size() != parts.size()) {
      return Optional.empty();
    }
    var parameters = new HashMap<String, String>();
    for (int i = 0; i < parts.size(); i++) {
      var wanted = pattern.get(i);
      if (wanted.startsWith("{")) {
        parameters.put(wanted.substring(1, wanted.length() - 1), parts.get(i));
      } else if (!wanted.equals(parts.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }
}
