package holdfast.gateway.http;

import io.javalin.http.Context;
import java.util.List;

/// The pages that people read: the contract and the problems. They need no key.
final class DocsRoutes {
  /// Text alone: no script, nothing from elsewhere, nobody's frame.
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  List<Route> routes() {
    return List.of(
        Route.open("GET", "/docs", request -> page(request, ContractPage.html())),
        Route.open("GET", "/docs/errors", request -> page(request, ErrorsPage.html())));
  }

  private static void page(Context request, String html) {
    request.header("Content-Security-Policy", POLICY);
    request.header("X-Content-Type-Options", "nosniff");
    request.header("Referrer-Policy", "no-referrer");
    request.contentType("text/html; charset=utf-8").result(html);
  }
}
