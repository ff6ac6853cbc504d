package holdfast.gateway.http;

import io.javalin.http.Context;

/// How answers are put on the wire.
final class Answers {
  private Answers() {}

  static void json(Context request, int status, Object body) {
    request.status(status).contentType("application/json").result(Json.bytes(body));
  }

  /// RFC 9457, with `Retry-After` where the problem says when to come again.
  static void problem(Context request, Refusal refusal) {
    var body = refusal.body();
    var retryAfter = body.get("retryAfter");
    if (retryAfter != null) {
      request.header("Retry-After", String.valueOf(retryAfter));
    }
    request
        .status(refusal.problem().status())
        .contentType("application/problem+json")
        .result(Json.bytes(body));
  }

  static void nothing(Context request) {
    request.status(204);
  }
}
