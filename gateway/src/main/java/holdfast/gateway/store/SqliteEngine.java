package holdfast.gateway.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.sqlite.SQLiteConfig;

/// The embedded database: one file in the data folder, whose lock keeps other gateways away.
class SqliteEngine implements Engine {
  private static final Duration BUSY = Duration.ofSeconds(5);
  private static final int CACHE_KIB = 16_384;

  private final Path file;
  private final String url;

  SqliteEngine(Path file) {
    this.file = file;
    this.url = "jdbc:sqlite:" + file;
  }

  @Override
  public Dialect dialect() {
    return Dialect.SQLITE;
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public Statements reading() throws SQLException {
    var config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout((int) BUSY.toMillis());
    return new Statements(connect(config), dialect());
  }

  /// `synchronous=FULL`: a commit has been flushed to the disk when it returns.
  @Override
  public Statements writing() throws SQLException {
    var config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout((int) BUSY.toMillis());
    config.setCacheSize(-CACHE_KIB);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    var connection = connect(config);
    connection.setAutoCommit(false);
    return new Statements(connection, dialect());
  }

  /// A connection outside of transactions, whatever file it is.
  Statements copying() throws SQLException {
    var config = new SQLiteConfig();
    config.setBusyTimeout((int) BUSY.toMillis());
    return new Statements(connect(config), dialect());
  }

  private Connection connect(SQLiteConfig config) throws SQLException {
    return DriverManager.getConnection(url, config.toProperties());
  }

  @Override
  public FluentConfiguration migrating() {
    return Flyway.configure().dataSource(url, null, null);
  }

  /// The folder's lock does that, and the kernel lets nobody take it away.
  @Override
  public void claim(Optional<String> place) {}

  @Override
  public void watch(Claim.Listener listener) {}

  @Override
  public boolean mayWrite() {
    return true;
  }

  @Override
  public void close() {}
}
