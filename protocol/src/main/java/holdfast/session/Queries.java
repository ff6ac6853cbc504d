package holdfast.session;

import holdfast.step.Query;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The iqs of one connection that wait for their answers. A VALUE.
///
/// Ids are digits, dots and dashes (four bits a character on the wire); the prefix is drawn for
/// each connection, so that a late answer of another one matches nothing.
record Queries(String prefix, long next, Map<String, Pending> pending) {
  record Pending(Query query, Instant due) {}

  record Asked(Queries queries, String id) {}

  static Queries begin(java.util.random.RandomGenerator random) {
    var prefix = random.nextInt(1, 65_536) + "." + random.nextInt(1, 65_536) + "-";
    return new Queries(prefix, 1, Map.of());
  }

  Asked ask(Query query, Instant due) {
    var id = prefix + next;
    var more = new LinkedHashMap<>(pending);
    more.put(id, new Pending(query, due));
    return new Asked(new Queries(prefix, next + 1, more), id);
  }

  Optional<Query> of(String id) {
    return Optional.ofNullable(pending.get(id)).map(Pending::query);
  }

  boolean isAsking(Query query) {
    return pending.values().stream().anyMatch(it -> it.query().equals(query));
  }

  boolean isAsking(Class<? extends Query> kind) {
    return pending.values().stream().anyMatch(it -> kind.isInstance(it.query()));
  }

  /// Whatever is answered to this question from now on, nobody wants to know.
  Queries withdrawn(Query query) {
    var less = new LinkedHashMap<>(pending);
    less.values().removeIf(it -> it.query().equals(query));
    return new Queries(prefix, next, less);
  }

  Queries without(String id) {
    var less = new LinkedHashMap<>(pending);
    less.remove(id);
    return new Queries(prefix, next, less);
  }

  List<String> overdue(Instant now) {
    var ids = new ArrayList<String>();
    pending.forEach(
        (id, it) -> {
          if (!it.due().isAfter(now)) {
            ids.add(id);
          }
        });
    return ids;
  }

  Optional<Instant> deadline() {
    return pending.values().stream().map(Pending::due).min(Instant::compareTo);
  }
}
