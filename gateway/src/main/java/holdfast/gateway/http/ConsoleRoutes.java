package holdfast.gateway.http;

import holdfast.gateway.console.Files;
import io.javalin.http.Context;
import java.util.List;

/// The console's files. They need no key: the page asks for one and keeps it in memory.
final class ConsoleRoutes {
  List<Route> routes() {
    return List.of(
        Route.open("GET", "/console", request -> serve(request, "index.html")),
        Route.open("GET", "/console/{file}", request -> serve(request, request.pathParam("file"))));
  }

  private static void serve(Context request, String name) {
    var file = Files.find(name).orElseThrow(() -> Refusal.of(Problem.NOT_FOUND));
    request.header("Content-Security-Policy", Files.POLICY);
    request.header("X-Content-Type-Options", "nosniff");
    request.header("Referrer-Policy", "no-referrer");
    request.header("Cache-Control", "no-cache");
    request.contentType(file.type()).result(file.bytes());
  }
}
