package holdfast.gateway.store;

import holdfast.client.Store;
import holdfast.store.Batch;
import holdfast.store.Records;
import java.sql.SQLException;

/// The store that sessions write to. A tenant must have been made before (see [Tenants]): a batch
/// of one that is gone is stale.
final class SqlStore implements Store {
  private final Readers readers;
  private final Committer committer;
  private final TenantKeys keys;

  SqlStore(Readers readers, Committer committer, TenantKeys keys) {
    this.readers = readers;
    this.committer = committer;
    this.keys = keys;
  }

  @Override
  public Records records(String tenant) {
    return new SqlRecords(readers, sql -> owner(sql, tenant));
  }

  private SqlRecords.Owner owner(Statements sql, String tenant) throws SQLException {
    return sql.first(
            "SELECT number, key FROM tenant WHERE id = ?",
            row ->
                new SqlRecords.Owner(
                    row.getLong(1), keys.open(row.getLong(1), tenant, row.getBytes(2))),
            tenant)
        .orElseThrow(() -> new StaleEpoch(tenant));
  }

  @Override
  public void commit(Batch batch) {
    committer.commit(batch);
  }
}
