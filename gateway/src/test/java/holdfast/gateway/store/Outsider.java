package holdfast.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/// A user of the database who can be shut out of it, as somebody whose way to it is cut.
final class Outsider {
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final String PASSWORD = "of-a-test";

  private final DatabaseUrl store;
  private final String schema;
  private final String name =
      "outsider_" + ProcessHandle.current().pid() + "_" + NAMES.incrementAndGet();

  /// One who may use the schema that `store` names.
  Outsider(DatabaseUrl store) {
    this.store = store;
    this.schema = store.jdbc().replaceFirst(".*currentSchema=", "");
    run("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(name, PASSWORD));
    run("GRANT USAGE ON SCHEMA %s TO %s".formatted(schema, name));
    run("GRANT ALL ON ALL TABLES IN SCHEMA %s TO %s".formatted(schema, name));
  }

  DatabaseUrl url() {
    var address =
        store
            .jdbc()
            .replaceFirst("jdbc:postgresql://", "")
            .replaceAll("(user|password)=[^&]*&", "");
    return PostgresServer.url("postgresql://" + name + ":" + PASSWORD + "@" + address);
  }

  void cut() {
    run("ALTER ROLE " + name + " NOLOGIN");
    end();
  }

  /// Whether it finds, from now on, a server like a standby.
  void readOnly(boolean on) {
    run("ALTER ROLE " + name + " SET default_transaction_read_only = " + on);
    end();
  }

  private void end() {
    run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + name + "'");
  }

  void letIn() {
    run("ALTER ROLE " + name + " LOGIN");
  }

  void drop() {
    cut();
    run("DROP OWNED BY " + name);
    run("DROP ROLE " + name);
  }

  private void run(String sql) {
    try (var connection = DriverManager.getConnection(store.jdbc(), store.credentials());
        var statement = connection.createStatement()) {
      assertThat(statement.execute(sql)).isEqualTo(sql.startsWith("SELECT"));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
