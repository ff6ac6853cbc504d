package holdfast.gateway.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The keys of the API: only their hashes are kept.
public final class ApiKeys {
  private static final String COLUMNS = "SELECT id, scope, tenant, name, created_at FROM api_key";

  /// `tenant`: the only one that the key reaches; empty for all.
  public record ApiKey(
      String id, String scope, Optional<String> tenant, String name, Instant createdAt) {}

  private final Readers readers;
  private final Committer committer;

  ApiKeys(Readers readers, Committer committer) {
    this.readers = readers;
    this.committer = committer;
  }

  public void add(ApiKey key, byte[] hash) {
    committer.run(
        sql ->
            sql.run(
                "INSERT INTO api_key (id, hash, scope, tenant, name, created_at)"
                    + " VALUES (?, ?, ?, ?, ?, ?)",
                key.id(),
                hash,
                key.scope(),
                key.tenant().orElse(null),
                key.name(),
                key.createdAt().toEpochMilli()));
  }

  public Optional<ApiKey> find(byte[] hash) {
    return readers.read(sql -> sql.first(COLUMNS + " WHERE hash = ?", ApiKeys::key, hash));
  }

  public List<ApiKey> all() {
    return readers.read(sql -> sql.all(COLUMNS + " ORDER BY created_at, id", ApiKeys::key));
  }

  /// Returns whether there was one.
  public boolean delete(String id) {
    return committer.run(sql -> sql.run("DELETE FROM api_key WHERE id = ?", id)) == 1;
  }

  private static ApiKey key(ResultSet row) throws SQLException {
    return new ApiKey(
        row.getString(1),
        row.getString(2),
        Optional.ofNullable(row.getString(3)),
        row.getString(4),
        Instant.ofEpochMilli(row.getLong(5)));
  }
}
