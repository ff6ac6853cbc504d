package holdfast.gateway.store;

import holdfast.client.Store;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.sqlite.SQLiteConfig;

/// The SQLite database of one gateway, open: the tables behind it, each by its own class.
public final class Database implements AutoCloseable {
  private static final Duration BUSY = Duration.ofSeconds(5);
  private static final int READING_CONNECTIONS = 4;
  private static final int CACHE_KIB = 16_384;

  private final Readers readers;
  private final Committer committer;
  private final TenantKeys keys;
  private final Tail tail = new Tail();

  private Database(String url, Seal master) {
    this.keys = new TenantKeys(master);
    this.readers = new Readers(() -> new Statements(connect(url, reading())), READING_CONNECTIONS);
    this.committer =
        new Committer(() -> new Statements(writer(url)), new BatchWriter(keys), tail::committed);
  }

  /// Opens the database in `folder`, which is made if there is none.
  ///
  /// @throws StoreRefused when it can't be read by this version or with this master key
  public static Database open(DataFolder folder, Optional<MasterKey> given) {
    var url = "jdbc:sqlite:" + folder.database();
    migrate(url, folder.database());
    var seal = Seal.of(given.orElseGet(() -> MasterKey.in(folder.masterKey(), isNew(url))));
    var database = new Database(url, seal);
    try {
      new MasterKeyCheck(database.facts()).hold(seal, folder.toString());
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static void migrate(String url, Path file) {
    try {
      writer(url).close(); // has made the file and its journal mode, which outlasts connections
      Flyway.configure()
          .dataSource(url, null, null)
          .locations("classpath:db/sqlite")
          .outOfOrder(true)
          .load()
          .migrate();
    } catch (SQLException | FlywayException e) {
      throw new StoreRefused(
          "the database " + file + " can't be opened by this version: " + firstLine(e), e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static boolean isNew(String url) {
    try (var statements = new Statements(connect(url, reading()))) {
      return statements.first("SELECT 1 FROM fact LIMIT 1", _ -> true).isEmpty();
    } catch (SQLException e) {
      throw new StoreRefused("the database can't be read: " + firstLine(e), e);
    }
  }

  private static Connection writer(String url) throws SQLException {
    var connection = connect(url, writing());
    connection.setAutoCommit(false);
    return connection;
  }

  private static Connection connect(String url, SQLiteConfig config) throws SQLException {
    return DriverManager.getConnection(url, config.toProperties());
  }

  private static SQLiteConfig writing() {
    var config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout((int) BUSY.toMillis());
    config.setCacheSize(-CACHE_KIB);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    return config;
  }

  private static SQLiteConfig reading() {
    var config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout((int) BUSY.toMillis());
    return config;
  }

  /// What sessions keep.
  public Store sessions() {
    return new SqlStore(readers, committer, keys);
  }

  public Tenants tenants() {
    return new Tenants(readers, committer, keys);
  }

  public Proxies proxies() {
    return new Proxies(readers, committer, keys);
  }

  public EventLog events() {
    return new EventLog(readers, tail);
  }

  public Timeline timeline() {
    return new Timeline(readers, committer);
  }

  public Depths depths() {
    return new Depths(readers);
  }

  /// How many writes wait for their turn now.
  public int waitingWrites() {
    return committer.waiting();
  }

  public ApiKeys apiKeys() {
    return new ApiKeys(readers, committer);
  }

  public Facts facts() {
    return new Facts(readers, committer);
  }

  public Webhooks webhooks() {
    return new Webhooks(readers, committer, keys);
  }

  /// Forgets what has expired; bounded, so that commits wait little. Returns whether there may be
  /// more.
  public boolean purge(java.time.Instant now) {
    return committer.run(sql -> sql.run(PURGE, now.toEpochMilli(), PURGED_AT_ONCE))
        == PURGED_AT_ONCE;
  }

  private static final int PURGED_AT_ONCE = 1_000;
  private static final String PURGE =
      """
      DELETE FROM record WHERE rowid IN
        (SELECT rowid FROM record WHERE expires IS NOT NULL AND expires < ? LIMIT ?)
      """;

  Committer committer() {
    return committer;
  }

  /// The writing connection goes last: it alone can fold the write-ahead log into the database.
  @Override
  public void close() {
    try {
      readers.close();
    } catch (SQLException e) {
      throw new IllegalStateException("the reading connections didn't close", e);
    } finally {
      committer.close();
    }
  }
}
