package holdfast.gateway.store;

import holdfast.client.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/// The proxies that tenants' connections go through (R42), sealed like other secrets.
///
/// Read anew for each connection: none opens without the proxy that was decided for its tenant.
public final class Proxies {
  private static final String SEALED_NAME = "proxy";

  private final Readers readers;
  private final Committer committer;
  private final TenantKeys keys;

  Proxies(Readers readers, Committer committer, TenantKeys keys) {
    this.readers = readers;
    this.committer = committer;
    this.keys = keys;
  }

  public Optional<Proxy> find(String tenant) {
    return readers.read(
        sql ->
            sql.first(
                "SELECT number, id, key, proxy FROM tenant WHERE id = ? AND proxy IS NOT NULL",
                this::proxy,
                tenant));
  }

  private Proxy proxy(ResultSet row) throws SQLException {
    var seal = keys.open(row.getLong(1), row.getString(2), row.getBytes(3));
    var plain = seal.open(SEALED_NAME, row.getBytes(4));
    return Proxy.parse(new String(plain, StandardCharsets.UTF_8));
  }

  /// From the tenant's next connection on; empty for none.
  public void put(String tenant, Optional<Proxy> proxy) {
    committer.run(sql -> put(sql, keys, tenant, proxy));
  }

  static int put(Statements sql, TenantKeys keys, String tenant, Optional<Proxy> proxy)
      throws SQLException {
    var seal =
        sql.first(
            "SELECT number, key FROM tenant WHERE id = ?",
            row -> keys.open(row.getLong(1), tenant, row.getBytes(2)),
            tenant);
    if (seal.isEmpty()) {
      return 0;
    }
    var sealed =
        proxy.map(
            it -> seal.get().seal(SEALED_NAME, it.secretUrl().getBytes(StandardCharsets.UTF_8)));
    return sql.run("UPDATE tenant SET proxy = ? WHERE id = ?", sealed.orElse(null), tenant);
  }
}
