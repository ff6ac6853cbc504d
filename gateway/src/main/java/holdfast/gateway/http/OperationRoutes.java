package holdfast.gateway.http;

import holdfast.gateway.telemetry.Metrics;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// What operators and their machines ask: is it alive, is it ready, what does it speak.
final class OperationRoutes {
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final BooleanSupplier ready;
  private final Supplier<String> metrics;

  /// `ready`: whether the store answers and the gateway isn't stopping.
  OperationRoutes(BooleanSupplier ready, Supplier<String> metrics) {
    this.ready = ready;
    this.metrics = metrics;
  }

  List<Route> routes() {
    return List.of(
        Route.open("GET", "/health/live", request -> state(request, OK, "live")),
        Route.open("GET", "/health/ready", this::ready),
        Route.admin("GET", "/metrics", this::metrics).alsoFor(Scope.METRICS),
        Route.open("GET", "/openapi.yaml", OperationRoutes::contract));
  }

  private void ready(Context request) {
    if (ready.getAsBoolean()) {
      state(request, OK, "ready");
    } else {
      state(request, UNAVAILABLE, "unavailable");
    }
  }

  private void metrics(Context request) {
    request.contentType(Metrics.CONTENT_TYPE).result(metrics.get());
  }

  private static void state(Context request, int status, String word) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("status", word);
    Answers.json(request, status, answer);
  }

  private static void contract(Context request) {
    request.contentType("application/yaml").result(resource("/openapi.yaml"));
  }

  /// The routes that stand in the contract are served from this one.
  static byte[] resource(String name) {
    try (var in = OperationRoutes.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
