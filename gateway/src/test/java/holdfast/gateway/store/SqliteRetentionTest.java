package holdfast.gateway.store;

import java.util.Optional;

class SqliteRetentionTest extends RetentionContract {
  @Override
  Optional<DatabaseUrl> url() {
    return Optional.empty();
  }
}
