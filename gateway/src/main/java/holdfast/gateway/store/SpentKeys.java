package holdfast.gateway.store;

import holdfast.crypto.Digests;
import holdfast.store.Outbound;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;

/// The idempotency keys of messages that are kept no more (R34: one key is one message, however
/// often the call is repeated, and for however long). What was last true of a message stays with
/// its key, without what it said.
final class SpentKeys {
  private static final String KEEP =
      """
      INSERT INTO spent_key (tenant, hash, id, message_id, fingerprint, chat, type, state, failure,
        send_at, reached)
      SELECT tenant, ?, id, message_id, fingerprint, chat, type, state, failure, send_at, reached
      FROM outbound WHERE tenant = ? AND id = ?
      ON CONFLICT (tenant, hash) DO UPDATE
        SET state = excluded.state, failure = excluded.failure, reached = excluded.reached
      """;
  private static final String FIND =
      """
      SELECT id, message_id, fingerprint, chat, type, state, failure, send_at, reached
      FROM spent_key WHERE tenant = ? AND hash = ?
      """;

  private SpentKeys() {}

  /// In the transaction that deletes the row `id`. A receipt that comes late brings a row back:
  /// it is the same message, and goes here once more. Written when [#flush] is called.
  static void add(Statements sql, long tenant, String key, String id) throws SQLException {
    sql.add(KEEP, hash(key), tenant, id);
  }

  static void flush(Statements sql) throws SQLException {
    sql.flush(KEEP);
  }

  /// Who looks for a key asks for the message's row BEFORE: what moves here in between was there.
  static Optional<Outbound> find(Statements sql, long tenant, String key) throws SQLException {
    return sql.first(FIND, row -> OutboundRows.remains(row, key), tenant, hash(key));
  }

  private static byte[] hash(String key) {
    return Digests.sha256(key.getBytes(StandardCharsets.UTF_8));
  }
}
