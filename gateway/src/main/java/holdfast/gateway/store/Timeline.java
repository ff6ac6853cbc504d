package holdfast.gateway.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The states that a tenant's session went through, with their reasons: the newest so many of each
/// tenant.
public final class Timeline {
  private static final String NEWEST =
      """
      SELECT id, at, state, reason, code, text, generation FROM transition
      WHERE tenant = (SELECT number FROM tenant WHERE id = ?) AND id < ? AND at >= ?
      ORDER BY id DESC LIMIT ?
      """;
  private static final String LONG_ONES =
      "SELECT tenant FROM transition GROUP BY tenant HAVING COUNT(*) > ?";
  private static final String TRIM =
      """
      DELETE FROM transition WHERE tenant = ? AND id <=
        (SELECT id FROM transition WHERE tenant = ? ORDER BY id DESC LIMIT 1 OFFSET ?)
      """;

  /// `id`: its number, growing with time over all tenants. `text`: what was said beside the code of
  /// the end that it followed from.
  public record Transition(
      long id,
      Instant at,
      String state,
      Optional<String> reason,
      Optional<Integer> code,
      Optional<String> text,
      long generation) {}

  private final Readers readers;
  private final Committer committer;

  Timeline(Readers readers, Committer committer) {
    this.readers = readers;
    this.committer = committer;
  }

  /// The newest first.
  public List<Transition> newest(String tenant, int limit) {
    return before(tenant, Long.MAX_VALUE, Instant.EPOCH, limit);
  }

  /// Those before the transition `id`, and not from before `since`: the newest of them first.
  public List<Transition> before(String tenant, long id, Instant since, int limit) {
    return readers.read(
        sql -> sql.all(NEWEST, Timeline::transition, tenant, id, since.toEpochMilli(), limit));
  }

  private static Transition transition(ResultSet row) throws SQLException {
    int code = row.getInt(5);
    boolean noCode = row.wasNull();
    return new Transition(
        row.getLong(1),
        Instant.ofEpochMilli(row.getLong(2)),
        row.getString(3),
        Optional.ofNullable(row.getString(4)),
        noCode ? Optional.empty() : Optional.of(code),
        Optional.ofNullable(row.getString(6)),
        row.getLong(7));
  }

  /// Forgets all but the newest `kept` of each tenant; returns how many were forgotten. One
  /// transaction a tenant, so that commits wait little.
  public int trim(int kept) {
    int forgotten = 0;
    for (var tenant : readers.read(sql -> sql.all(LONG_ONES, row -> row.getLong(1), kept))) {
      forgotten += committer.run(sql -> sql.run(TRIM, tenant, tenant, kept));
    }
    return forgotten;
  }
}
