package holdfast.gateway.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// A PostgreSQL for tests: the one at `HOLDFAST_DB_URL`, or one that is unpacked and started once
/// and ends with this process. Each test has a schema of its own in it.
public final class PostgresServer {
  private static final AtomicInteger SCHEMAS = new AtomicInteger();

  private static final class Started {
    static final String URL =
        Optional.ofNullable(System.getenv("HOLDFAST_DB_URL")).orElseGet(Started::start);

    /// It flushes what it commits, as a real one does.
    private static String start() {
      try {
        return EmbeddedPostgres.builder()
            .setServerConfig("synchronous_commit", "on")
            .start()
            .getJdbcUrl("postgres", "postgres");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private PostgresServer() {}

  /// A place where nothing is yet.
  public static DatabaseUrl schema() {
    return url(schemaUrl());
  }

  /// The same, as the setting names it.
  public static String schemaUrl() {
    var name = "test_" + ProcessHandle.current().pid() + "_" + SCHEMAS.incrementAndGet();
    run("CREATE SCHEMA " + name);
    return Started.URL + (Started.URL.contains("?") ? "&" : "?") + "currentSchema=" + name;
  }

  public static void drop(DatabaseUrl schema) {
    drop(schema.jdbc());
  }

  public static void drop(String schemaUrl) {
    run("DROP SCHEMA " + schemaUrl.replaceFirst(".*currentSchema=", "") + " CASCADE");
  }

  static DatabaseUrl url(String text) {
    return DatabaseUrl.parse(text).orElseThrow();
  }

  private static void run(String sql) {
    var server = url(Started.URL);
    try (var connection = DriverManager.getConnection(server.jdbc(), server.credentials());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
