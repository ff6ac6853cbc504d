package holdfast.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import holdfast.client.Store;
import holdfast.store.Batch;
import holdfast.store.Table;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The world failing under the embedded database: a full disk, a lock that somebody else holds.
class SqliteTroubleTest {
  private static final int NO_LIMIT = 1 << 30;

  @TempDir private Path temp;
  private DataFolder folder;
  private Bounded engine;
  private Database database;

  /// A disk that has room for so many pages, and little patience with locks.
  private static final class Bounded extends SqliteEngine {
    volatile int pages = NO_LIMIT;

    Bounded(Path file) {
      super(file);
    }

    @Override
    public Statements writing() throws SQLException {
      var made = super.writing();
      try (var statement = made.connection().createStatement()) {
        statement.execute("PRAGMA busy_timeout = 20");
        statement.execute("PRAGMA max_page_count = " + pages);
      }
      return made;
    }
  }

  @BeforeEach
  void open() {
    folder = DataFolder.open(temp.resolve("data"));
    engine = new Bounded(folder.database());
    database = Database.open(folder, engine, Optional.empty());
    database.tenants().create("shop", "{}", StoreContract.NOON);
  }

  @AfterEach
  void close() {
    database.close();
    folder.close();
  }

  @Test
  @DisplayName("A full disk refuses what needs room, loses nothing, says so, and heals by itself")
  void survivesAFullDisk() {
    engine.pages = 1; // SQLite takes the size that it has
    reconnect();
    int stored = fill();

    assertThat(database.isWritable()).isFalse();
    assertThat(database.sessions().records("shop").keys(Table.LID, "", 1_000)).hasSize(stored);

    engine.pages = NO_LIMIT;
    await().until(database::isWritable);
    database.sessions().commit(write("more", 100));
    assertThat(database.sessions().records("shop").keys(Table.LID, "", 1_000)).hasSize(stored + 1);
  }

  /// Returns how many writes were acknowledged before the disk was full.
  private int fill() {
    for (int n = 0; n < 1_000; n++) {
      try {
        database.sessions().commit(write("k" + n, 2_000));
      } catch (Store.StoreUnavailable _) {
        return n;
      }
    }
    throw new AssertionError("the disk never was full");
  }

  @Test
  @DisplayName("A database that another process has locked refuses writes until it is let go")
  void survivesALock() throws SQLException {
    reconnect();
    try (var other = DriverManager.getConnection("jdbc:sqlite:" + folder.database());
        var statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      assertThatThrownBy(() -> database.sessions().commit(write("a", 10)))
          .isInstanceOf(Store.StoreUnavailable.class);
      assertThat(database.isWritable()).isFalse();
      assertThat(database.sessions().records("shop").read(Table.LID, "a")).isEmpty();
      statement.execute("ROLLBACK");
    }
    await().until(database::isWritable);
    database.sessions().commit(write("a", 10));
    assertThat(database.sessions().records("shop").read(Table.LID, "a")).isPresent();
  }

  /// The writing connection is made anew, as after any failure.
  private void reconnect() {
    assertThatThrownBy(
            () ->
                database
                    .committer()
                    .run(
                        _ -> {
                          throw new IllegalStateException("told by the test");
                        }))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Batch write(String key, int size) {
    return new Batch(
        "shop",
        0,
        List.of(new Batch.Write(Table.LID, key, Optional.of(new byte[size]), Optional.empty())),
        List.of(),
        List.of());
  }
}
