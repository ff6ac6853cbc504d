package holdfast.gateway.store;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

class PostgresWatchedTest extends WatchedStoreContract {
  private final DatabaseUrl url = PostgresServer.schema();

  @Override
  Optional<DatabaseUrl> url() {
    return Optional.of(url);
  }

  @AfterEach
  void drop() {
    PostgresServer.drop(url);
  }
}
