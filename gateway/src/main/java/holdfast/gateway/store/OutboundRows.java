package holdfast.gateway.store;

import holdfast.stanza.Jid;
import holdfast.store.Outbound;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A message on its way out as a row of `outbound`, and back.
final class OutboundRows {
  static final String COLUMNS =
      "id, message_id, idempotency_key, fingerprint, chat, type, message, state, failure, stanza,"
          + " reached, send_at";

  /// What follows the columns that never change once the row is made.
  static final String UPSERT =
      """
      INSERT INTO outbound (tenant, id, message_id, idempotency_key, fingerprint, chat, type,
        message, state, failure, stanza, reached, sending_at, send_at, turn)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (tenant, id) DO UPDATE SET chat = excluded.chat, message = excluded.message,
        state = excluded.state, failure = excluded.failure, stanza = excluded.stanza,
        reached = excluded.reached, sending_at = excluded.sending_at,
        send_at = excluded.send_at, turn = excluded.turn
      """;

  private OutboundRows() {}

  static @Nullable Object[] arguments(long tenant, Seal seal, Outbound row) {
    var sending = row.reached().get(Outbound.State.SENDING.wire());
    return new @Nullable Object[] {
      tenant,
      row.id(),
      row.messageId(),
      row.idempotencyKey().orElse(null),
      row.fingerprint(),
      row.chat().toString(),
      row.type(),
      seal.seal(messageName(row.id()), row.message()),
      row.state().wire(),
      row.failure().orElse(null),
      row.stanza().map(stanza -> seal.seal(stanzaName(row.id()), stanza)).orElse(null),
      encode(row.reached()),
      sending == null ? null : sending.toEpochMilli(),
      row.sendAt().map(Instant::toEpochMilli).orElse(null),
      row.turn()
    };
  }

  static Outbound read(ResultSet row, Seal seal) throws SQLException {
    var id = row.getString(1);
    return new Outbound(
        id,
        row.getString(2),
        Optional.ofNullable(row.getString(3)),
        row.getBytes(4),
        Jid.parse(row.getString(5)),
        row.getString(6),
        seal.open(messageName(id), row.getBytes(7)),
        state(row.getString(8)),
        Optional.ofNullable(row.getString(9)),
        Optional.ofNullable(row.getBytes(10)).map(stanza -> seal.open(stanzaName(id), stanza)),
        time(row, 12),
        decode(row.getString(11)));
  }

  /// A row of `spent_key`: nothing is left of what the message said.
  static Outbound remains(ResultSet row, String key) throws SQLException {
    return new Outbound(
        row.getString(1),
        row.getString(2),
        Optional.of(key),
        row.getBytes(3),
        Jid.parse(row.getString(4)),
        row.getString(5),
        new byte[0],
        state(row.getString(6)),
        Optional.ofNullable(row.getString(7)),
        Optional.empty(),
        time(row, 8),
        decode(row.getString(9)));
  }

  private static Outbound.State state(String word) {
    return Outbound.State.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static Optional<Instant> time(ResultSet row, int column) throws SQLException {
    long time = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(time));
  }

  private static String messageName(String id) {
    return "outbound.message/" + id;
  }

  private static String stanzaName(String id) {
    return "outbound.stanza/" + id;
  }

  private static String encode(Map<String, Instant> reached) {
    return reached.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue().toEpochMilli())
        .collect(Collectors.joining(","));
  }

  private static Map<String, Instant> decode(String text) {
    return Arrays.stream(text.split(",", -1))
        .filter(part -> !part.isEmpty())
        .map(part -> part.split("=", 2))
        .collect(
            Collectors.toUnmodifiableMap(
                part -> part[0], part -> Instant.ofEpochMilli(Long.parseLong(part[1]))));
  }
}
