package holdfast.gateway.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Ends a request with a problem. `more`: further members of its body.
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Problem problem;
  private final transient Map<String, Object> more;

  private Refusal(Problem problem, String detail, Map<String, Object> more) {
    super(detail, null, false, false);
    this.problem = problem;
    this.more = more;
  }

  static Refusal of(Problem problem, String detail) {
    return new Refusal(problem, detail, Map.of());
  }

  static Refusal of(Problem problem) {
    return of(problem, problem.title());
  }

  Refusal with(String member, Object value) {
    var members = new LinkedHashMap<>(more);
    members.put(member, value);
    return new Refusal(problem, detail(), members);
  }

  /// Whole seconds, rounded up: whoever waits them isn't too early.
  Refusal retryAfter(Duration wait) {
    return with("retryAfter", Math.max(1, wait.plusMillis(999).toSeconds()));
  }

  Problem problem() {
    return problem;
  }

  String detail() {
    return String.valueOf(getMessage());
  }

  /// The body: the members of RFC 9457, `code`, and what else there is to say.
  Map<String, Object> body() {
    var body = new LinkedHashMap<String, Object>();
    body.put("type", "/docs/errors#" + problem.code());
    body.put("title", problem.title());
    body.put("status", problem.status());
    body.put("detail", detail());
    body.put("code", problem.code());
    body.putAll(more);
    return body;
  }
}
