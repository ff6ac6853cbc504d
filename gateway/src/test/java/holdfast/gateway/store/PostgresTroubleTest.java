package holdfast.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.util.Throwables.getStackTrace;
import static org.awaitility.Awaitility.await;

import holdfast.client.Store;
import holdfast.store.Batch;
import holdfast.store.Event;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A PostgreSQL that is killed and started again under a store that is at work.
class PostgresTroubleTest {
  @TempDir private Path temp;
  private int port;
  private EmbeddedPostgres server;
  private DataFolder folder;
  private Database database;

  @BeforeEach
  void open() throws IOException {
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    server = start();
    folder = DataFolder.open(temp.resolve("data"));
    var url = PostgresServer.url(server.getJdbcUrl("postgres", "postgres"));
    database = Database.open(folder, Optional.of(url), Optional.empty());
    database.tenants().create("shop", "{}", StoreContract.NOON);
  }

  @AfterEach
  void close() throws IOException {
    database.close();
    folder.close();
    server.close();
  }

  private EmbeddedPostgres start() throws IOException {
    return EmbeddedPostgres.builder()
        .setPort(port)
        .setDataDirectory(temp.resolve("pg"))
        .setCleanDataDirectory(false)
        .setServerConfig("synchronous_commit", "on")
        .start();
  }

  @Test
  @DisplayName(
      "R22 A server that is killed and comes back: nothing acknowledged is lost, all go on")
  void survivesAKill() throws Exception {
    var taken = new AtomicBoolean();
    database.onRival(() -> {}, () -> taken.set(true));
    for (int n = 0; n < 20; n++) {
      database.sessions().commit(event());
    }
    kill();
    assertThatThrownBy(() -> database.sessions().commit(event()))
        .isInstanceOf(Store.StoreUnavailable.class);
    assertThatThrownBy(() -> database.events().newest("shop"))
        .isInstanceOf(Store.StoreUnavailable.class);
    assertThat(database.isWritable()).isFalse();

    server.close(); // gives back its folder's lock: there is nothing left to stop
    server = start();
    await().atMost(Duration.ofSeconds(20)).until(database::isWritable);
    database.sessions().commit(event());
    assertThat(database.events().newest("shop")).isEqualTo(21);
    assertThat(database.events().after("shop", 0, 100)).hasSize(21);
    assertThat(taken).isFalse();
  }

  @Test
  @DisplayName("R25 What PostgreSQL says of a statement that fails doesn't quote what was written")
  void quotesNothing() throws Exception {
    var engine = new PostgresEngine(PostgresServer.url(server.getJdbcUrl("postgres", "postgres")));
    try (var connection = engine.connect();
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE once (text text PRIMARY KEY)");
      try (var insert = connection.prepareStatement("INSERT INTO once VALUES (?)")) {
        for (int times = 0; times < 2; times++) {
          insert.setString(1, "my secret");
          insert.addBatch();
        }
        assertThatThrownBy(insert::executeBatch)
            .isInstanceOf(SQLException.class)
            .satisfies(it -> assertThat(getStackTrace(it)).doesNotContain("my secret"));
      }
    }
  }

  /// As a crash does it: the postmaster first, whose children notice and end.
  private void kill() throws IOException {
    var pid = Files.readAllLines(temp.resolve("pg").resolve("postmaster.pid")).getFirst();
    var process = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    var children = process.children().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    await().until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  private static Batch event() {
    Event reached =
        new Event.StateReached("a", Optional.empty(), Optional.empty(), 1, StoreContract.NOON);
    return new Batch("shop", 0, List.of(), List.of(), List.of(reached));
  }
}
