package holdfast.gateway.store;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Where tenants want to be told, and how far each of these endpoints has been told.
public final class Webhooks {
  private static final String COLUMNS =
      """
      SELECT webhook.id, tenant.id, url, secret, types, cursor, failing_since, attempts, retry_at,
        last_error, disabled, tenant.number, tenant.key
      FROM webhook JOIN tenant ON tenant.number = webhook.tenant
      """;
  private static final String INSERT =
      """
      INSERT INTO webhook (id, tenant, url, secret, types, cursor)
      SELECT ?, number, ?, ?, ?, events FROM tenant WHERE id = ?
      """;
  private static final String UPDATE =
      """
      UPDATE webhook SET url = ?, secret = ?, types = ?, disabled = NULL, failing_since = NULL,
        attempts = 0, retry_at = NULL WHERE id = ?
      """;
  private static final String PROGRESS =
      """
      UPDATE webhook SET cursor = ?, failing_since = ?, attempts = ?, retry_at = ?, last_error = ?,
        disabled = ? WHERE id = ?
      """;

  /// `types`: which events it wants, all when empty.
  public record Webhook(
      String id, String tenant, String url, String secret, Set<String> types, Progress progress) {
    @Override
    public String toString() {
      return "Webhook[id=" + id + ", tenant=" + tenant + "]";
    }
  }

  /// How far an endpoint has come. `cursor`: the newest event that it took or that was put aside;
  /// `attempts`: tries of the one behind it.
  public record Progress(
      long cursor,
      Optional<Instant> failingSince,
      int attempts,
      Optional<Instant> retryAt,
      Optional<String> lastError,
      Optional<String> disabled) {
    /// `seq` has been taken, so nothing stands in the way any more.
    public Progress taken(long seq) {
      return new Progress(
          seq, Optional.empty(), 0, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public Progress failed(Instant at, Instant again, String error) {
      return new Progress(
          cursor,
          failingSince.or(() -> Optional.of(at)),
          attempts + 1,
          Optional.of(again),
          Optional.of(error),
          Optional.empty());
    }

    public Progress disabled(String why) {
      return new Progress(
          cursor, failingSince, attempts, Optional.empty(), Optional.of(why), Optional.of(why));
    }
  }

  private final Readers readers;
  private final Committer committer;
  private final TenantKeys keys;

  Webhooks(Readers readers, Committer committer, TenantKeys keys) {
    this.readers = readers;
    this.committer = committer;
    this.keys = keys;
  }

  public List<Webhook> of(String tenant) {
    return readers.read(sql -> sql.all(COLUMNS + " WHERE tenant.id = ?", this::webhook, tenant));
  }

  public List<Webhook> all() {
    return readers.read(sql -> sql.all(COLUMNS, this::webhook));
  }

  public Optional<Webhook> find(String id) {
    return readers.read(sql -> sql.first(COLUMNS + " WHERE webhook.id = ?", this::webhook, id));
  }

  /// A new endpoint is told what happens from now on; a changed one goes on where it was.
  public void put(String tenant, String id, String url, String secret, Set<String> types) {
    var wanted = String.join(",", types);
    committer.run(
        sql -> {
          var sealed = seal(sql, tenant).seal(sealedName(id), bytes(secret));
          return sql.run(UPDATE, url, sealed, wanted, id) == 0
              ? sql.run(INSERT, id, url, sealed, wanted, tenant)
              : 1;
        });
  }

  private Seal seal(Statements sql, String tenant) throws SQLException {
    return sql.first(
            "SELECT number, key FROM tenant WHERE id = ?",
            row -> keys.open(row.getLong(1), tenant, row.getBytes(2)),
            tenant)
        .orElseThrow(() -> new IllegalStateException("no such tenant"));
  }

  public void progress(String id, Progress progress) {
    committer.run(
        sql ->
            sql.run(
                PROGRESS,
                progress.cursor(),
                progress.failingSince().map(Instant::toEpochMilli).orElse(null),
                progress.attempts(),
                progress.retryAt().map(Instant::toEpochMilli).orElse(null),
                progress.lastError().orElse(null),
                progress.disabled().orElse(null),
                id));
  }

  /// Puts the event `seq` aside, in the same transaction as the progress past it.
  public void putAside(String id, long seq, String error, Instant now) {
    committer.run(
        sql -> {
          sql.run(
              "INSERT INTO dead_letter (webhook, seq, at, error) VALUES (?, ?, ?, ?)"
                  + " ON CONFLICT (webhook, seq) DO NOTHING",
              id,
              seq,
              now.toEpochMilli(),
              error);
          return sql.run(PROGRESS, seq, null, 0, null, error, null, id);
        });
  }

  public record DeadLetter(long seq, Instant at, String error) {}

  public List<DeadLetter> deadLetters(String id, int limit) {
    return readers.read(
        sql ->
            sql.all(
                "SELECT seq, at, error FROM dead_letter WHERE webhook = ? ORDER BY seq LIMIT ?",
                row ->
                    new DeadLetter(
                        row.getLong(1), Instant.ofEpochMilli(row.getLong(2)), row.getString(3)),
                id,
                limit));
  }

  /// Returns whether there was one.
  public boolean delete(String id) {
    return committer.run(
            sql -> {
              sql.run("DELETE FROM dead_letter WHERE webhook = ?", id);
              return sql.run("DELETE FROM webhook WHERE id = ?", id);
            })
        == 1;
  }

  private Webhook webhook(ResultSet row) throws SQLException {
    var id = row.getString(1);
    var tenant = row.getString(2);
    var seal = keys.open(row.getLong(12), tenant, row.getBytes(13));
    return new Webhook(
        id,
        tenant,
        row.getString(3),
        new String(seal.open(sealedName(id), row.getBytes(4)), StandardCharsets.UTF_8),
        Arrays.stream(row.getString(5).split(",", -1))
            .filter(type -> !type.isEmpty())
            .collect(Collectors.toUnmodifiableSet()),
        new Progress(
            row.getLong(6),
            instant(row, 7),
            row.getInt(8),
            instant(row, 9),
            Optional.ofNullable(row.getString(10)),
            Optional.ofNullable(row.getString(11))));
  }

  private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  private static String sealedName(String id) {
    return "webhook/" + id;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
