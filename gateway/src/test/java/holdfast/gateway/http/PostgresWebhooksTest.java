package holdfast.gateway.http;

import holdfast.gateway.store.DatabaseUrl;
import holdfast.gateway.store.PostgresServer;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

class PostgresWebhooksTest extends WebhooksTest {
  private final DatabaseUrl url = PostgresServer.schema();

  @Override
  Optional<DatabaseUrl> database() {
    return Optional.of(url);
  }

  @AfterEach
  void drop() {
    PostgresServer.drop(url);
  }
}
