package holdfast.store;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The outbound rows of one draft: what this batch has put, before what the session still knows,
/// before what the store has.
///
/// The store is asked as little as the queue allows: every acknowledgement looks for the next row,
/// and what is committed can't change while a draft lives.
final class Sends {
  private static final int PAGE_GROWTH = 2;

  /// The first `asked` committed rows in a state, or fewer if there are no more.
  private record Page(List<Outbound> rows, int asked) {
    boolean covers(int limit) {
      return limit <= asked || rows.size() < asked;
    }
  }

  private final Records records;
  private final Cache cache;
  private final Map<String, Outbound> put = new LinkedHashMap<>();
  private final Map<String, String> idByMessage = new HashMap<>();
  private final Map<Outbound.State, Page> pages = new EnumMap<>(Outbound.State.class);

  Sends(Records records, Cache cache) {
    this.records = records;
    this.cache = cache;
  }

  void put(Outbound row) {
    put.put(row.id(), row);
    idByMessage.put(row.messageId(), row.id());
  }

  Optional<Outbound> find(String id) {
    return Optional.ofNullable(put.get(id)).or(() -> cache.send(id)).or(() -> records.outbound(id));
  }

  Optional<Outbound> byMessageId(String messageId) {
    return Optional.ofNullable(idByMessage.get(messageId))
        .map(put::get)
        .or(() -> cache.sendByMessageId(messageId))
        .or(() -> records.outboundByMessageId(messageId));
  }

  Optional<Outbound> byIdempotencyKey(String key) {
    return put.values().stream()
        .filter(row -> row.idempotencyKey().equals(Optional.of(key)))
        .findFirst()
        .or(() -> records.outboundByIdempotencyKey(key));
  }

  List<Outbound> in(Outbound.State state, int limit) {
    var drafted = put.values().stream().filter(row -> row.state() == state);
    var committed =
        committed(state, limit + put.size()).stream().filter(row -> !put.containsKey(row.id()));
    return Stream.concat(committed.limit(limit), drafted)
        .sorted(Comparator.comparing(Outbound::turn))
        .limit(limit)
        .toList();
  }

  private List<Outbound> committed(Outbound.State state, int limit) {
    var known = pages.get(state);
    if (known != null && known.covers(limit)) {
      return known.rows();
    }
    int ask = known == null ? limit : Math.max(limit, PAGE_GROWTH * known.asked());
    var page = new Page(records.outboundIn(state, ask), ask);
    pages.put(state, page);
    return page.rows();
  }

  List<Instant> sendingTimes(int limit) {
    var drafted =
        put.values().stream()
            .filter(row -> records.outbound(row.id()).flatMap(Sends::sendingTime).isEmpty())
            .flatMap(row -> sendingTime(row).stream());
    return Stream.concat(drafted, records.sendingTimes(limit).stream())
        .sorted(Comparator.reverseOrder())
        .limit(limit)
        .toList();
  }

  private static Optional<Instant> sendingTime(Outbound row) {
    return Optional.ofNullable(row.reached().get(Outbound.State.SENDING.wire()));
  }

  boolean has(Outbound.State state) {
    return put.values().stream().anyMatch(row -> row.state() == state);
  }

  List<Outbound> all() {
    return List.copyOf(put.values());
  }

  void committed() {
    put.values().forEach(cache::keep);
  }
}
