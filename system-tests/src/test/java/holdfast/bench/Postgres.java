package holdfast.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;

/// A PostgreSQL in processes of its own, for the measured process to keep its store in: on the disk
/// on which the embedded store would be, and no less safe.
final class Postgres implements AutoCloseable {
  private final EmbeddedPostgres server;

  private Postgres(EmbeddedPostgres server) {
    this.server = server;
  }

  /// The one that the tests bring along is made for tests: it neither flushes (`-F`) nor waits.
  /// What is said later on its command line is what counts.
  static Postgres start(Path folder) throws IOException {
    return new Postgres(
        EmbeddedPostgres.builder()
            .setDataDirectory(folder)
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .start());
  }

  /// As the setting `database-url` has it.
  String url() {
    return "postgresql://postgres@localhost:" + server.getPort() + "/postgres";
  }

  /// In its own words: which one it is and how it commits. A run is worth what stands here.
  String words() {
    try (var connection = server.getPostgresDatabase().getConnection();
        var sql = connection.createStatement()) {
      return "PostgreSQL %s, fsync %s, synchronous_commit %s"
          .formatted(
              setting(sql, "server_version"),
              setting(sql, "fsync"),
              setting(sql, "synchronous_commit"));
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL doesn't say how it is set", e);
    }
  }

  private static String setting(Statement sql, String name) throws SQLException {
    try (var rows = sql.executeQuery("SHOW " + name)) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
