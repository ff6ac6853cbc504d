package holdfast.gateway.store;

import holdfast.client.Store;
import holdfast.store.Batch;
import holdfast.store.Records;

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
    return readers
        .read(
            sql ->
                sql.first(
                    "SELECT number, key FROM tenant WHERE id = ?",
                    row -> {
                      long number = row.getLong(1);
                      var seal = keys.open(number, tenant, row.getBytes(2));
                      return new SqlRecords(readers, number, seal);
                    },
                    tenant))
        .orElseThrow(() -> new StaleEpoch(tenant));
  }

  @Override
  public void commit(Batch batch) {
    if (!batch.isEmpty()) {
      committer.commit(batch);
    }
  }
}
