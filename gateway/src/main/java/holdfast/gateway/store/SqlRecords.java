package holdfast.gateway.store;

import holdfast.store.Outbound;
import holdfast.store.Records;
import holdfast.store.Table;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// One tenant's rows, as they were committed.
///
/// A value that was sealed with another key or damaged is thrown as [Forged], never taken for
/// "there
/// is none".
final class SqlRecords implements Records {
  private static final String VALUE =
      "SELECT value FROM record WHERE tenant = ? AND kind = ? AND key = ?";
  private static final String VALUES =
      "SELECT key, value FROM record WHERE tenant = ? AND kind = ? AND ";
  private static final String KEYS =
      """
      SELECT key FROM record WHERE tenant = ? AND kind = ? AND key >= ? AND key < ?
      ORDER BY key LIMIT ?
      """;
  private static final String SENDING_TIMES =
      """
      SELECT sending_at FROM outbound WHERE tenant = ? AND sending_at IS NOT NULL
      ORDER BY sending_at DESC LIMIT ?
      """;

  private static final Map<Outbound.State, String> IN_STATE =
      Arrays.stream(Outbound.State.values())
          .collect(Collectors.toUnmodifiableMap(Function.identity(), SqlRecords::query));

  /// Behind every key that begins with a prefix: no text holds the last code point.
  private static final String LAST = "\uDBFF\uDFFF";

  private final Readers readers;
  private final long tenant;
  private final Seal seal;

  SqlRecords(Readers readers, long tenant, Seal seal) {
    this.readers = readers;
    this.tenant = tenant;
    this.seal = seal;
  }

  /// By the key as it is kept: [Statements] binds no NUL.
  static String sealedName(String kind, String key) {
    return (kind + "/" + key).replace('\0', '\uFFFD');
  }

  @Override
  public Optional<byte[]> read(Table<?> table, String key) {
    return readers.read(sql -> read(sql, table, key));
  }

  @Override
  public Map<String, byte[]> readAll(Table<?> table, Collection<String> keys) {
    return readers.read(
        sql -> {
          var found = new LinkedHashMap<String, byte[]>();
          sql.all(
              VALUES + sql.dialect().among("key"),
              row -> found.put(row.getString(1), opened(table, row.getString(1), row.getBytes(2))),
              tenant,
              table.recordName(),
              Dialect.texts(keys));
          return found;
        });
  }

  private Optional<byte[]> read(Statements sql, Table<?> table, String key) throws SQLException {
    return sql.first(VALUE, row -> row.getBytes(1), tenant, table.recordName(), key)
        .map(value -> opened(table, key, value));
  }

  private byte[] opened(Table<?> table, String key, byte[] value) {
    return table.isSecret() ? seal.open(sealedName(table.recordName(), key), value) : value;
  }

  @Override
  public List<String> keys(Table<?> table, String prefix, int limit) {
    return readers.read(
        sql ->
            sql.all(
                KEYS,
                row -> row.getString(1),
                tenant,
                table.recordName(),
                prefix,
                prefix + LAST,
                limit));
  }

  @Override
  public Optional<Outbound> outbound(String id) {
    return firstOutbound("id", id);
  }

  @Override
  public Optional<Outbound> outboundByMessageId(String messageId) {
    return firstOutbound("message_id", messageId);
  }

  @Override
  public Optional<Outbound> outboundByIdempotencyKey(String key) {
    var kept = firstOutbound("idempotency_key", key);
    return kept.isPresent() ? kept : readers.read(sql -> SpentKeys.find(sql, tenant, key));
  }

  private Optional<Outbound> firstOutbound(String column, String value) {
    var query =
        "SELECT " + OutboundRows.COLUMNS + " FROM outbound WHERE tenant = ? AND " + column + " = ?";
    return readers.read(
        sql -> sql.first(query, row -> OutboundRows.read(row, seal), tenant, value));
  }

  @Override
  public List<Outbound> outboundIn(Outbound.State state, int limit) {
    var query = inState(state);
    return readers.read(sql -> sql.all(query, row -> OutboundRows.read(row, seal), tenant, limit));
  }

  static String inState(Outbound.State state) {
    return IN_STATE.getOrDefault(state, "");
  }

  /// The state stands in the text, or the partial index on the open ones couldn't be chosen.
  private static String query(Outbound.State state) {
    return "SELECT %s FROM outbound WHERE tenant = ? AND state = '%s' ORDER BY turn LIMIT ?"
        .formatted(OutboundRows.COLUMNS, state.wire());
  }

  @Override
  public List<Instant> sendingTimes(int limit) {
    return readers.read(
        sql -> sql.all(SENDING_TIMES, row -> Instant.ofEpochMilli(row.getLong(1)), tenant, limit));
  }
}
