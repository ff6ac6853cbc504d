package holdfast.gateway.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/// A PostgreSQL server that somebody else runs.
final class PostgresEngine implements Engine {
  /// No wait without a bound (R8), on either side: the driver gives a silent server up, the
  /// server gives up a statement that hangs, a transaction nobody ends, and a gateway whose
  /// machine is gone (the last after 3 s and 3 probes, 2 s apart: soon enough for the next one to
  /// take its place). A server told to lose commits in a crash (`synchronous_commit = off`) keeps
  /// ours all the same.
  private static final String SETTINGS =
      """
      SET statement_timeout = '25s';
      SET lock_timeout = '10s';
      SET idle_in_transaction_session_timeout = '60s';
      SET tcp_keepalives_idle = 3;
      SET tcp_keepalives_interval = 2;
      SET tcp_keepalives_count = 3;
      SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off'
      """;

  private static final String CONNECT_SECONDS = "5";
  private static final String ANSWER_SECONDS = "30";

  private final DatabaseUrl url;
  private Optional<Claim> claim = Optional.empty();

  PostgresEngine(DatabaseUrl url) {
    this.url = url;
  }

  @Override
  public Dialect dialect() {
    return Dialect.POSTGRESQL;
  }

  @Override
  public String name() {
    return url.toString();
  }

  @Override
  public Statements reading() throws SQLException {
    return new Statements(connect(), dialect());
  }

  @Override
  public Statements writing() throws SQLException {
    var connection = connect();
    connection.setAutoCommit(false);
    return new Statements(connection, dialect());
  }

  Connection connect() throws SQLException {
    var connection = DriverManager.getConnection(url.jdbc(), properties());
    try (var statement = connection.createStatement()) {
      statement.execute(SETTINGS);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private Properties properties() {
    var properties = url.credentials();
    properties.setProperty("ApplicationName", "holdfast");
    properties.setProperty("connectTimeout", CONNECT_SECONDS);
    properties.setProperty("loginTimeout", CONNECT_SECONDS);
    properties.setProperty("socketTimeout", ANSWER_SECONDS);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty(
        "targetServerType", "primary"); // of several hosts; a standby can't write
    properties.setProperty("reWriteBatchedInserts", "true"); // many rows in one statement
    properties.setProperty(
        "logServerErrorDetail", "false"); // it would quote the row's values (R25)
    return properties;
  }

  @Override
  public FluentConfiguration migrating() {
    var credentials = url.credentials();
    return Flyway.configure()
        .dataSource(
            url.jdbc(), credentials.getProperty("user"), credentials.getProperty("password"));
  }

  @Override
  public void claim(Optional<String> place) {
    claim = Optional.of(Claim.take(this, place));
  }

  @Override
  public void watch(Claim.Listener listener) {
    claim.ifPresent(mine -> mine.watch(listener));
  }

  /// A command that visits never claimed it: it touches no session.
  @Override
  public boolean mayWrite() {
    return claim.isEmpty() || claim.get().isHeld();
  }

  @Override
  public void close() {
    claim.ifPresent(Claim::close);
  }
}
