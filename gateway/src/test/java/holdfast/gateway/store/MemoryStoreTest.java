package holdfast.gateway.store;

import holdfast.client.MemoryStore;
import holdfast.client.Store;

class MemoryStoreTest extends StoreContract {
  private final Store store = new MemoryStore();

  @Override
  Store store() {
    return store;
  }
}
