package holdfast.chaos;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What callers last wanted of each tenant.
final class Wishes {
  /// One call that says what its tenant shall be: `start` or else a stop, from its beginning to its
  /// answer.
  record Wish(boolean start, Instant begun, Instant answered, int status) {}

  private final Map<Integer, Wish> last = new ConcurrentHashMap<>();

  /// The later answer counts.
  void made(int tenant, Wish wish) {
    last.merge(tenant, wish, (a, b) -> a.answered().isAfter(b.answered()) ? a : b);
  }

  Optional<Wish> last(int tenant) {
    return Optional.ofNullable(last.get(tenant));
  }
}
