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
/// "there is none".
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

  /// Whose rows they are, and what opens them.
  record Owner(long tenant, Seal seal) {}

  private interface OfOwner<T> {
    T run(Statements sql, Owner owner) throws SQLException;
  }

  private final Readers readers;
  private final Readers.Query<Owner> find;
  private volatile Optional<Owner> found = Optional.empty();

  /// `find`: asked at the first read, since most of the batches that begin with this read nothing.
  SqlRecords(Readers readers, Readers.Query<Owner> find) {
    this.readers = readers;
    this.find = find;
  }

  private <T> T read(OfOwner<T> query) {
    return readers.read(
        sql -> {
          if (found.isEmpty()) {
            found = Optional.of(find.run(sql));
          }
          return query.run(sql, found.get());
        });
  }

  /// By the key as it is kept: [Statements] binds no NUL.
  static String sealedName(String kind, String key) {
    return (kind + "/" + key).replace('\0', '\uFFFD');
  }

  @Override
  public Optional<byte[]> read(Table<?> table, String key) {
    return read((sql, owner) -> read(sql, owner, table, key));
  }

  @Override
  public Map<String, byte[]> readAll(Table<?> table, Collection<String> keys) {
    return read(
        (sql, owner) -> {
          var values = new LinkedHashMap<String, byte[]>();
          sql.all(
              VALUES + sql.dialect().among("key"),
              row -> {
                var key = row.getString(1);
                return values.put(key, opened(owner, table, key, row.getBytes(2)));
              },
              owner.tenant(),
              table.recordName(),
              Dialect.texts(keys));
          return values;
        });
  }

  private static Optional<byte[]> read(Statements sql, Owner owner, Table<?> table, String key)
      throws SQLException {
    return sql.first(VALUE, row -> row.getBytes(1), owner.tenant(), table.recordName(), key)
        .map(value -> opened(owner, table, key, value));
  }

  private static byte[] opened(Owner owner, Table<?> table, String key, byte[] value) {
    return table.isSecret() ? owner.seal().open(sealedName(table.recordName(), key), value) : value;
  }

  @Override
  public List<String> keys(Table<?> table, String prefix, int limit) {
    return read(
        (sql, owner) ->
            sql.all(
                KEYS,
                row -> row.getString(1),
                owner.tenant(),
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
    return kept.isPresent() ? kept : read((sql, owner) -> SpentKeys.find(sql, owner.tenant(), key));
  }

  private Optional<Outbound> firstOutbound(String column, String value) {
    var query =
        "SELECT " + OutboundRows.COLUMNS + " FROM outbound WHERE tenant = ? AND " + column + " = ?";
    return read(
        (sql, owner) ->
            sql.first(query, row -> OutboundRows.read(row, owner.seal()), owner.tenant(), value));
  }

  @Override
  public List<Outbound> outboundIn(Outbound.State state, int limit) {
    var query = inState(state);
    return read(
        (sql, owner) ->
            sql.all(query, row -> OutboundRows.read(row, owner.seal()), owner.tenant(), limit));
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
    return read(
        (sql, owner) ->
            sql.all(
                SENDING_TIMES, row -> Instant.ofEpochMilli(row.getLong(1)), owner.tenant(), limit));
  }
}
