package holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.DatabaseUrl;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresTest {
  @TempDir private Path folder;

  @Test
  @DisplayName("The PostgreSQL that is measured flushes what it commits, and takes our store")
  void isNoLessSafe() throws Exception {
    try (var postgres = Postgres.start(folder.resolve("postgres"))) {
      assertThat(postgres.words()).endsWith("fsync on, synchronous_commit on");

      try (var data = DataFolder.open(folder.resolve("data"));
          var database = Database.open(data, DatabaseUrl.parse(postgres.url()), Optional.empty())) {
        assertThat(database.webhooks().all()).isEmpty();
      }
    }
  }
}
