package holdfast.client;

import holdfast.store.Batch;
import holdfast.store.Outbound;
import holdfast.store.Records;
import holdfast.store.Table;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store that forgets everything when the process ends, and says so: for trying the library and
/// for tests.
///
/// A link kept here is lost at exit, and its phone shows a companion that never comes back.
public final class MemoryStore implements Store {
  private static final Logger log = LoggerFactory.getLogger(MemoryStore.class);

  private final Map<String, TenantRecords> tenants = new HashMap<>();

  public MemoryStore() {
    log.warn("sessions are kept in memory only: every link is forgotten when this process ends");
  }

  @Override
  public synchronized Records records(String tenant) {
    return tenants.computeIfAbsent(tenant, _ -> new TenantRecords());
  }

  @Override
  public synchronized void commit(Batch batch) {
    var records = tenants.computeIfAbsent(batch.tenant(), _ -> new TenantRecords());
    if (batch.epoch() < records.epoch) {
      throw new StaleEpoch(batch.tenant());
    }
    records.write(batch);
  }

  private static final class TenantRecords implements Records {
    private final Map<Table<?>, TreeMap<String, byte[]>> tables = new HashMap<>();
    private final Map<String, Outbound> outbound = new TreeMap<>();
    private long epoch;

    synchronized void write(Batch batch) {
      epoch = batch.epoch();
      for (var write : batch.records()) {
        var table = tables.computeIfAbsent(write.table(), _ -> new TreeMap<>());
        write
            .value()
            .ifPresentOrElse(
                value -> table.put(write.key(), value), () -> table.remove(write.key()));
      }
      batch.sends().forEach(row -> outbound.put(row.id(), row));
    }

    @Override
    public synchronized Optional<byte[]> read(Table<?> table, String key) {
      return Optional.ofNullable(tables.getOrDefault(table, new TreeMap<>()).get(key));
    }

    @Override
    public synchronized Map<String, byte[]> readAll(Table<?> table, Collection<String> keys) {
      var found = new HashMap<String, byte[]>();
      keys.forEach(key -> read(table, key).ifPresent(value -> found.put(key, value)));
      return found;
    }

    @Override
    public synchronized List<String> keys(Table<?> table, String prefix, int limit) {
      return tables.getOrDefault(table, new TreeMap<>()).tailMap(prefix, true).keySet().stream()
          .takeWhile(key -> key.startsWith(prefix))
          .limit(limit)
          .toList();
    }

    @Override
    public synchronized Optional<Outbound> outbound(String id) {
      return Optional.ofNullable(outbound.get(id));
    }

    @Override
    public synchronized Optional<Outbound> outboundByMessageId(String messageId) {
      return outbound.values().stream()
          .filter(row -> row.messageId().equals(messageId))
          .findFirst();
    }

    @Override
    public synchronized Optional<Outbound> outboundByIdempotencyKey(String key) {
      return outbound.values().stream()
          .filter(row -> row.idempotencyKey().equals(Optional.of(key)))
          .findFirst();
    }

    @Override
    public synchronized List<Outbound> outboundIn(Outbound.State state, int limit) {
      return outbound.values().stream()
          .filter(row -> row.state() == state)
          .sorted(Comparator.comparing(Outbound::turn))
          .limit(limit)
          .toList();
    }

    @Override
    public synchronized List<Instant> sendingTimes(int limit) {
      return outbound.values().stream()
          .map(row -> row.reached().get(Outbound.State.SENDING.wire()))
          .filter(Objects::nonNull)
          .sorted(Comparator.reverseOrder())
          .limit(limit)
          .toList();
    }
  }
}
