package holdfast.gateway.http;

import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which part of a list a request wants: what follows `after`, at most `limit`.
record Page(Optional<String> after, int limit) {
  /// @throws Refusal when `limit` isn't from 1 to `most`
  static Page of(Context request, int standard, int most) {
    var after = Optional.ofNullable(request.queryParam("after")).filter(text -> !text.isEmpty());
    var text = request.queryParam("limit");
    if (text == null) {
      return new Page(after, standard);
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= most) {
        return new Page(after, limit);
      }
    } catch (NumberFormatException _) {
      // falls through to the same answer
    }
    throw refusal("limit", "must be from 1 to " + most);
  }

  static Refusal refusal(String parameter, String message) {
    return Refusal.of(Problem.INVALID_REQUEST, parameter + " " + message)
        .with("errors", List.of(Map.of("field", parameter, "message", message)));
  }

  /// Whether a page with so many rows may be followed by another.
  boolean isFull(int rows) {
    return rows == limit;
  }
}
