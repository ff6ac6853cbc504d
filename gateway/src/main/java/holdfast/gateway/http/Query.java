package holdfast.gateway.http;

import holdfast.gateway.store.EventFilter;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The parameters of a request's address, each refused by name when it can't be followed.
final class Query {
  private Query() {}

  /// From 0 on.
  static Optional<Long> number(Context request, String name) {
    return Optional.ofNullable(request.queryParam(name)).map(text -> number(name, text));
  }

  static long number(String name, String text) {
    try {
      long number = Long.parseLong(text.strip());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException _) {
      // falls through to the same answer
    }
    throw invalid(name, "must be a number from 0 on");
  }

  static int limit(Context request, int standard, int most) {
    long limit = number(request, "limit").orElse((long) standard);
    if (limit < 1 || limit > most) {
      throw invalid("limit", "must be from 1 to " + most);
    }
    return (int) limit;
  }

  /// Zero when it is absent.
  static Duration duration(Context request, String name, Duration most) {
    var text = request.queryParam(name);
    if (text == null) {
      return Duration.ZERO;
    }
    try {
      var duration = Duration.parse(text);
      if (!duration.isNegative() && duration.compareTo(most) <= 0) {
        return duration;
      }
    } catch (DateTimeParseException _) {
      // falls through to the same answer
    }
    throw invalid(name, "must be a duration such as PT20S, at most " + most);
  }

  /// `types`, with commas between; all when it is absent.
  static EventFilter types(Context request) {
    var text = request.queryParam("types");
    if (text == null) {
      return EventFilter.ALL;
    }
    var words = Set.copyOf(Arrays.asList(text.strip().split(" *, *", -1)));
    var unknown = EventFilter.unknown(words);
    if (!unknown.isEmpty() || words.size() > EventFilter.MOST) {
      throw invalid(
          "types",
          "must be at most "
              + EventFilter.MOST
              + " types or families of events, such as message.*");
    }
    return new EventFilter(words);
  }

  static Refusal invalid(String field, String message) {
    return Refusal.of(Problem.INVALID_REQUEST, field + " " + message)
        .with("errors", List.of(Map.of("field", field, "message", message)));
  }
}
