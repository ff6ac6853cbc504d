package holdfast.gateway;

import holdfast.gateway.store.PostgresServer;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

class PostgresRotationTest extends RotationTest {
  private final String at = PostgresServer.schemaUrl();

  @Override
  Optional<String> database() {
    return Optional.of(at);
  }

  @AfterEach
  void drop() {
    PostgresServer.drop(at);
  }
}
