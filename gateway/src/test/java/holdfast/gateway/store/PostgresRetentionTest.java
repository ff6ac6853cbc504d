package holdfast.gateway.store;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

class PostgresRetentionTest extends RetentionContract {
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
