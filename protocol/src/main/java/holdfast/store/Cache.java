package holdfast.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a session keeps decoded between batches: the most recently used records, bounded. Confined
/// to the session's
/// mailbox. Only committed values ever enter it, and a session is the only writer of its records,
/// so it can't be stale.
public final class Cache {
  private final int limit;
  private final Map<Draft.Key, Optional<Object>> entries = new LinkedHashMap<>(16, 0.75f, true);

  public Cache(int limit) {
    this.limit = limit;
  }

  /// Empty when nothing is known; an empty inner value means that the store has none.
  Optional<Optional<Object>> find(Draft.Key key) {
    return Optional.ofNullable(entries.get(key));
  }

  void keep(Draft.Key key, Optional<Object> value) {
    entries.put(key, value);
    if (entries.size() > limit) {
      var eldest = entries.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  /// For a session that has fallen idle, or whose last commit failed.
  public void clear() {
    entries.clear();
  }
}
