package holdfast.gateway.store;

import java.util.Optional;

class SqliteWatchedTest extends WatchedStoreContract {
  @Override
  Optional<DatabaseUrl> url() {
    return Optional.empty();
  }
}
