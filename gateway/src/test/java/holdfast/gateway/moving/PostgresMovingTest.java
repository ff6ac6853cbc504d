package holdfast.gateway.moving;

import holdfast.gateway.store.DatabaseUrl;
import holdfast.gateway.store.PostgresServer;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

class PostgresMovingTest extends MovingTest {
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
