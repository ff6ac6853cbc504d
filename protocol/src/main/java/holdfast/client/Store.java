package holdfast.client;

import holdfast.store.Batch;
import holdfast.store.Records;

/// Where sessions keep what must not be lost.
public interface Store {
  /// One tenant's committed records. Reading may block; nothing is read that wasn't committed.
  Records records(String tenant);

  /// Writes all of the batch durably, or nothing. When this returns it has survived a crash of
  /// the process and of the machine. Blocks the calling (virtual) thread; batches of many tenants
  /// may share one transaction. An empty one writes nothing, and is refused like any other.
  /// @throws StaleEpoch when a newer owner of the tenant exists: the caller must stop
  /// @throws StoreUnavailable when it can't be written now; nothing of it was
  void commit(Batch batch);

  /// Another owner has taken the tenant over.
  final class StaleEpoch extends RuntimeException {
    public StaleEpoch(String tenant) {
      super("tenant " + Names.masked(tenant) + " has a newer owner");
    }
  }

  /// Disk full, database gone or locked.
  final class StoreUnavailable extends RuntimeException {
    public StoreUnavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
