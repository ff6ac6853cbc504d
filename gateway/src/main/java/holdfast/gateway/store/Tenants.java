package holdfast.gateway.store;

import holdfast.client.Names;
import holdfast.client.Proxy;
import holdfast.store.Table;
import holdfast.store.Unreadable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The tenants of this gateway: made, configured, taken over, deleted with all that is theirs.
public final class Tenants {
  private static final Logger log = LoggerFactory.getLogger(Tenants.class);
  private static final String COLUMNS = "SELECT id, config, created_at FROM tenant";
  private static final String PAGE = COLUMNS + " WHERE id > ? ORDER BY id LIMIT ?";
  private static final String CREATE =
      "INSERT INTO tenant (id, key, config, created_at) VALUES (?, ?, ?, ?)"
          + " ON CONFLICT (id) DO NOTHING";
  private static final String TAKE_OVER =
      "UPDATE tenant SET epoch = epoch + 1 WHERE id = ? RETURNING epoch";
  private static final String CONTROLS =
      """
      SELECT tenant.id, record.value FROM tenant
      JOIN record ON record.tenant = tenant.number AND record.kind = ? AND record.key = ?
      ORDER BY tenant.number
      """;

  /// `config`: JSON, in the words of the API.
  public record Tenant(String id, String config, Instant createdAt) {}

  private final Readers readers;
  private final Committer committer;
  private final TenantKeys keys;

  Tenants(Readers readers, Committer committer, TenantKeys keys) {
    this.readers = readers;
    this.committer = committer;
    this.keys = keys;
  }

  /// Makes the tenant unless it exists; returns whether it is new.
  public boolean create(String id, String config, Instant now) {
    return create(id, config, Optional.empty(), now);
  }

  /// With its proxy from its first connection on.
  public boolean create(String id, String config, Optional<Proxy> proxy, Instant now) {
    var key = keys.make(id);
    return committer.run(
            sql -> {
              int made = sql.run(CREATE, id, key, config, now.toEpochMilli());
              return made == 1 && proxy.isPresent() ? Proxies.put(sql, keys, id, proxy) : made;
            })
        == 1;
  }

  /// Returns whether there is such a tenant.
  public boolean configure(String id, String config) {
    return committer.run(sql -> sql.run("UPDATE tenant SET config = ? WHERE id = ?", config, id))
        == 1;
  }

  public Optional<Tenant> find(String id) {
    return readers.read(sql -> sql.first(COLUMNS + " WHERE id = ?", Tenants::tenant, id));
  }

  /// Those behind `after` in the order of their ids.
  public List<Tenant> page(String after, int limit) {
    return readers.read(sql -> sql.all(PAGE, Tenants::tenant, after, limit));
  }

  private static Tenant tenant(ResultSet row) throws SQLException {
    return new Tenant(row.getString(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3)));
  }

  /// The new owner's epoch: from now on every older one is refused (R24). Empty when there is no
  /// such tenant.
  public Optional<Long> takeOver(String id) {
    return committer.run(sql -> sql.first(TAKE_OVER, row -> row.getLong(1), id));
  }

  /// The tenants that somebody wants connected, oldest first (R21); one whose record can't be read
  /// isn't among them.
  public List<String> wanted() {
    record Kept(String id, byte[] control) {}
    var all =
        readers.read(
            sql ->
                sql.all(
                    CONTROLS,
                    row -> new Kept(row.getString(1), row.getBytes(2)),
                    Table.CONTROL.recordName(),
                    Table.ONLY));
    return all.stream().filter(kept -> isWanted(kept.id(), kept.control())).map(Kept::id).toList();
  }

  private static boolean isWanted(String id, byte[] control) {
    try {
      return Table.CONTROL.decode(control).wanted();
    } catch (Unreadable e) {
      log.error("tenant={} can't be restored: {}", Names.masked(id), e.toString());
      return false;
    }
  }

  /// Deletes the tenant and everything of it; returns whether there was one.
  public boolean delete(String id) {
    var number =
        committer.run(
            sql -> {
              var found =
                  sql.first("SELECT number FROM tenant WHERE id = ?", row -> row.getLong(1), id);
              if (found.isPresent()) {
                delete(sql, id, found.get());
              }
              return found;
            });
    number.ifPresent(keys::forget);
    return number.isPresent();
  }

  private static void delete(Statements sql, String id, long number) throws SQLException {
    for (var table : List.of("dead_letter", "replay", "delivery")) {
      sql.run(
          "DELETE FROM " + table + " WHERE webhook IN (SELECT id FROM webhook WHERE tenant = ?)",
          number);
    }
    for (var table : List.of("record", "outbound", "spent_key", "event", "transition", "webhook")) {
      sql.run("DELETE FROM " + table + " WHERE tenant = ?", number);
    }
    sql.run("DELETE FROM api_key WHERE tenant = ?", id);
    sql.run("DELETE FROM tenant WHERE number = ?", number);
  }
}
