package holdfast.gateway.store;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// How long events and messages are kept: the one place that deletes them, in small pieces, so that
/// commits wait little.
public final class Retention {
  /// For so long nothing is deleted that a webhook which is on hasn't taken: then it is given up.
  static final Duration PATIENCE = Duration.ofDays(3);

  private static final int AT_ONCE = 1_000;
  private static final String OLDEST =
      "SELECT seq, at FROM event WHERE tenant = ? ORDER BY seq LIMIT ?";
  private static final String TAKEN =
      "SELECT MIN(cursor) FROM webhook WHERE tenant = ? AND disabled IS NULL AND paused = 0";
  private static final String REPLAYED =
      """
      SELECT MIN(next_seq) - 1 FROM replay JOIN webhook ON webhook.id = replay.webhook
      WHERE webhook.tenant = ? AND disabled IS NULL AND paused = 0
      """;
  private static final String LETTERS =
      """
      DELETE FROM dead_letter WHERE seq <= ?
        AND webhook IN (SELECT id FROM webhook WHERE tenant = ?)
      """;

  private static final String FIRST_SEND =
      "SELECT id FROM outbound WHERE tenant = ? AND id < ? ORDER BY id LIMIT 1";
  private static final String OLD_SENDS =
      """
      SELECT id, idempotency_key FROM outbound WHERE tenant = ? AND id < ?
        AND state NOT IN ('scheduled', 'queued', 'sending')
        AND (sending_at IS NULL OR sending_at < ?) ORDER BY id LIMIT ?
      """;
  private static final String DELETE_SEND = "DELETE FROM outbound WHERE tenant = ? AND id = ?";

  private static final String OLD_TRY = "SELECT 1 FROM delivery WHERE at < ? LIMIT 1";
  private static final String DELETE_TRIES =
      """
      DELETE FROM delivery WHERE (webhook, slot) IN
        (SELECT webhook, slot FROM delivery WHERE at < ? LIMIT ?)
      """;

  /// An event goes when it is older than `age`, or when there are `most` newer ones of its
  /// tenant; a message that isn't on its way any more when it is older than `messages`; its
  /// idempotency key stays.
  public record Rules(Duration age, int most, Duration messages) {}

  private record Tenant(long number, long events) {}

  record Row(long seq, Instant at) {}

  private final Readers readers;
  private final Committer committer;

  Retention(Readers readers, Committer committer) {
    this.readers = readers;
    this.committer = committer;
  }

  /// Deletes a piece of each tenant's log; returns whether there may be more. Dead letters go with
  /// their events.
  public boolean trim(Rules rules, Instant now) {
    var tenants =
        readers.read(
            sql ->
                sql.all(
                    "SELECT number, events FROM tenant",
                    row -> new Tenant(row.getLong(1), row.getLong(2))));
    boolean more = false;
    for (var tenant : tenants) {
      if (cut(tenant, rules, now, 1).isPresent()) { // most often the oldest stays
        var cut = cut(tenant, rules, now, AT_ONCE);
        cut.ifPresent(last -> delete(tenant, last));
        more |= cut.isPresent();
      }
      more |= deleteSends(tenant, now.minus(rules.messages()));
    }
    return deleteTries(now.minus(rules.age()).toEpochMilli()) || more;
  }

  /// What is told of a try has no longer life than the event that was tried.
  private boolean deleteTries(long before) {
    return readers.read(sql -> sql.first(OLD_TRY, _ -> true, before).isPresent())
        && committer.run(sql -> sql.run(DELETE_TRIES, before, AT_ONCE)) == AT_ONCE;
  }

  /// Returns whether there may be more.
  private boolean deleteSends(Tenant tenant, Instant before) {
    var last = Ulid.earliest(before);
    boolean some =
        readers.read(sql -> sql.first(FIRST_SEND, _ -> true, tenant.number(), last).isPresent());
    return some && committer.run(sql -> deleteSends(sql, tenant.number(), last, before)) == AT_ONCE;
  }

  private record Send(String id, Optional<String> key) {}

  private static int deleteSends(Statements sql, long tenant, String last, Instant before)
      throws SQLException {
    var sends =
        sql.all(
            OLD_SENDS,
            row -> new Send(row.getString(1), Optional.ofNullable(row.getString(2))),
            tenant,
            last,
            before.toEpochMilli(),
            AT_ONCE);
    for (var send : sends) {
      if (send.key().isPresent()) {
        SpentKeys.add(sql, tenant, send.key().get(), send.id());
      }
      sql.add(DELETE_SEND, tenant, send.id());
    }
    SpentKeys.flush(sql);
    sql.flush(DELETE_SEND);
    return sends.size();
  }

  private void delete(Tenant tenant, long last) {
    committer.run(
        sql -> {
          sql.run(LETTERS, last, tenant.number());
          return sql.run("DELETE FROM event WHERE tenant = ? AND seq <= ?", tenant.number(), last);
        });
  }

  private OptionalLong cut(Tenant tenant, Rules rules, Instant now, int limit) {
    return readers.read(
        sql -> {
          var oldest =
              sql.all(
                  OLDEST,
                  row -> new Row(row.getLong(1), Instant.ofEpochMilli(row.getLong(2))),
                  tenant.number(),
                  limit);
          long needed = Math.min(least(sql, TAKEN, tenant), least(sql, REPLAYED, tenant));
          return cut(oldest, tenant.events(), needed, rules, now);
        });
  }

  private static long least(Statements sql, String query, Tenant tenant) throws SQLException {
    return sql.first(
            query,
            row -> row.getObject(1) == null ? Long.MAX_VALUE : row.getLong(1),
            tenant.number())
        .orElse(Long.MAX_VALUE);
  }

  /// The number of the last event that may go. `oldest` are the oldest that there are, `newest` is
  /// the number of the newest, `taken` that of the last which every webhook has taken.
  static OptionalLong cut(List<Row> oldest, long newest, long taken, Rules rules, Instant now) {
    return oldest.stream()
        .takeWhile(
            row -> {
              boolean old = row.at().isBefore(now.minus(rules.age()));
              boolean beyond = row.seq() <= newest - rules.most();
              boolean needed = row.seq() > taken && !row.at().isBefore(now.minus(PATIENCE));
              return (old || beyond) && !needed;
            })
        .mapToLong(Row::seq)
        .max();
  }
}
