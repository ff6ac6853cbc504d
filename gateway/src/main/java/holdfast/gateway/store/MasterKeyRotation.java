package holdfast.gateway.store;

import java.sql.SQLException;

/// Another master key for all that is sealed with it: the tenants' own keys, in one transaction.
/// What they seal themselves isn't touched.
final class MasterKeyRotation implements Committer.Job<Integer> {
  private record Sealed(long number, String id, byte[] key) {}

  private final TenantKeys keys;
  private final Seal next;

  MasterKeyRotation(TenantKeys keys, Seal next) {
    this.keys = keys;
    this.next = next;
  }

  /// Returns how many tenants there are.
  @Override
  public Integer run(Statements sql) throws SQLException {
    var all =
        sql.all(
            "SELECT number, id, key FROM tenant",
            row -> new Sealed(row.getLong(1), row.getString(2), row.getBytes(3)));
    for (var tenant : all) {
      sql.run(
          "UPDATE tenant SET key = ? WHERE number = ?",
          keys.resealed(tenant.id(), tenant.key(), next),
          tenant.number());
    }
    sql.run(
        "UPDATE fact SET value = ? WHERE name = ?",
        MasterKeyCheck.sealed(next),
        MasterKeyCheck.FACT);
    return all.size();
  }
}
