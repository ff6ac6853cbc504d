package holdfast.gateway.store;

import holdfast.store.Batch;
import holdfast.store.Event;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes sessions' batches into a transaction: the fencing epoch is checked (R24), records and
/// sends become rows, events get their numbers.
final class BatchWriter {
  private static final String HEADS = "SELECT id, number, epoch, events, key FROM tenant WHERE ";
  private static final String DELETE =
      "DELETE FROM record WHERE tenant = ? AND kind = ? AND key = ?";
  private static final String PUT =
      """
      INSERT INTO record (tenant, kind, key, value, expires) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (tenant, kind, key) DO UPDATE SET value = excluded.value,
        expires = excluded.expires
      """;
  private static final String EVENT =
      "INSERT INTO event (tenant, seq, id, type, at, data) VALUES (?, ?, ?, ?, ?, ?)";
  private static final String TRANSITION =
      "INSERT INTO transition (tenant, at, state, reason, code, text, generation)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?)";
  private static final String MOVE_HEAD =
      "UPDATE tenant SET epoch = ?, events = ? WHERE number = ?";

  private record Head(long number, long epoch, long events, Seal seal) {}

  private record Taken(Batch batch, Head head) {}

  private final TenantKeys keys;

  BatchWriter(TenantKeys keys) {
    this.keys = keys;
  }

  /// Returns the tenants whose batches were dropped: a newer owner exists, or the tenant doesn't
  /// any more. `batches` are of different tenants.
  Set<String> write(Statements sql, List<Batch> batches) throws SQLException {
    var taken = new ArrayList<Taken>(batches.size());
    var stale = new HashSet<String>();
    var heads = batches.isEmpty() ? Map.<String, Head>of() : heads(sql, batches);
    for (var batch : batches) {
      var head = heads.get(batch.tenant());
      if (head == null || batch.epoch() < head.epoch()) {
        stale.add(batch.tenant());
      } else {
        taken.add(new Taken(batch, head));
      }
    }
    for (var each : taken) {
      add(sql, each);
    }
    for (var statement : List.of(DELETE, PUT, OutboundRows.UPSERT, EVENT, TRANSITION, MOVE_HEAD)) {
      sql.flush(statement);
    }
    return stale;
  }

  /// Under lock: nobody takes a tenant over between this look at its epoch and the commit.
  private Map<String, Head> heads(Statements sql, List<Batch> batches) throws SQLException {
    var heads = new HashMap<String, Head>();
    sql.all(
        HEADS + sql.dialect().among("id") + sql.dialect().locking(),
        row -> {
          var tenant = row.getString(1);
          long number = row.getLong(2);
          var seal = keys.open(number, tenant, row.getBytes(5));
          return heads.put(tenant, new Head(number, row.getLong(3), row.getLong(4), seal));
        },
        Dialect.texts(batches.stream().map(Batch::tenant).toList()));
    return heads;
  }

  private static void add(Statements sql, Taken taken) throws SQLException {
    var head = taken.head();
    for (var write : taken.batch().records()) {
      record(sql, head, write);
    }
    for (var row : taken.batch().sends()) {
      sql.add(OutboundRows.UPSERT, OutboundRows.arguments(head.number(), head.seal(), row));
    }
    long seq = head.events();
    for (var event : taken.batch().events()) {
      event(sql, head.number(), ++seq, event);
    }
    if (seq != head.events() || taken.batch().epoch() != head.epoch()) {
      sql.add(MOVE_HEAD, taken.batch().epoch(), seq, head.number());
    }
  }

  private static void record(Statements sql, Head head, Batch.Write write) throws SQLException {
    var kind = write.table().recordName();
    if (write.value().isEmpty()) {
      sql.add(DELETE, head.number(), kind, write.key());
      return;
    }
    var value = write.value().get();
    sql.add(
        PUT,
        head.number(),
        kind,
        write.key(),
        write.table().isSecret()
            ? head.seal().seal(SqlRecords.sealedName(kind, write.key()), value)
            : value,
        write.expires().map(Instant::toEpochMilli).orElse(null));
  }

  private static void event(Statements sql, long tenant, long seq, Event event)
      throws SQLException {
    sql.add(
        EVENT,
        tenant,
        seq,
        Ulid.at(event.at()),
        event.type(),
        event.at().toEpochMilli(),
        EventData.of(event));
    if (event instanceof Event.StateReached reached) {
      sql.add(
          TRANSITION,
          tenant,
          reached.at().toEpochMilli(),
          reached.state(),
          reached.reason().orElse(null),
          reached.code().orElse(null),
          reached.text().orElse(null),
          reached.generation());
    }
  }
}
