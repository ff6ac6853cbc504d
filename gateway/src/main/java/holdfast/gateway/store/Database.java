package holdfast.gateway.store;

import holdfast.client.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;

/// The database of one gateway, open: the tables behind it, each by its own class.
public final class Database implements AutoCloseable {
  private static final int READING_CONNECTIONS = 4;

  private final Engine engine;
  private final Readers readers;
  private final Committer committer;
  private final TenantKeys keys;
  private final Tail tail = new Tail();
  private final Pulse pulse;

  private Database(Engine engine, Seal master) {
    this.engine = engine;
    this.keys = new TenantKeys(master);
    this.readers = new Readers(engine::reading, READING_CONNECTIONS);
    this.committer = new Committer(engine, new BatchWriter(keys), tail::committed);
    this.pulse = new Pulse(committer);
  }

  /// Opens the embedded database in `folder`, which is made if there is none.
  ///
  /// @throws StoreRefused when it can't be read by this version or with this master key
  public static Database open(DataFolder folder, Optional<MasterKey> given) {
    return open(folder, Optional.empty(), given);
  }

  /// Opens the PostgreSQL database at `url`, or the embedded one in `folder`.
  ///
  /// @throws StoreRefused when it can't be read by this version or with this master key
  public static Database open(
      DataFolder folder, Optional<DatabaseUrl> url, Optional<MasterKey> given) {
    var engine = engine(folder, url);
    try {
      if (folder.isHeld()) {
        engine.claim(folder.place());
      }
      return open(folder, engine, given);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  private static Engine engine(DataFolder folder, Optional<DatabaseUrl> url) {
    if (url.isPresent()) {
      return new PostgresEngine(url.get());
    }
    if (!folder.isHeld() && !Files.isRegularFile(folder.database())) {
      throw new StoreRefused("there is no store in " + folder);
    }
    return new SqliteEngine(folder.database());
  }

  static Database open(DataFolder folder, Engine engine, Optional<MasterKey> given) {
    migrate(engine);
    var seal = Seal.of(given.orElseGet(() -> keptKey(folder, engine)));
    var database = new Database(engine, seal);
    try {
      new MasterKeyCheck(database.facts()).hold(seal, engine.name());
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /// Numbers may arrive out of order: they are handed out before the work on them is done.
  private static void migrate(Engine engine) {
    try {
      engine.writing().close(); // has made an embedded file and its journal mode, which outlasts it
      engine
          .migrating()
          .locations("classpath:db/" + engine.dialect().folder())
          .outOfOrder(true)
          .load()
          .migrate();
    } catch (SQLException | FlywayException e) {
      throw new StoreRefused(
          "the database %s can't be opened by this version: %s"
              .formatted(engine.name(), firstLine(e)),
          e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /// The folder's own key; the announced one when a rotation to it was cut off after the store had
  /// changed.
  private static MasterKey keptKey(DataFolder folder, Engine engine) {
    var announced = MasterKey.announced(folder.masterKey());
    try (var statements = engine.reading()) {
      if (announced.isPresent() && MasterKeyCheck.fits(statements, Seal.of(announced.get()))) {
        MasterKey.adopt(folder.masterKey());
        return announced.get();
      }
    } catch (SQLException e) {
      throw new StoreRefused("the database can't be read: " + firstLine(e), e);
    }
    return MasterKey.in(folder.masterKey(), isNew(engine));
  }

  /// Seals the store with another master key. Afterwards this database can only be closed, since it
  /// knows the former one. `keep`: whether it takes the place of the folder's own.
  ///
  /// @return how many tenants' keys were sealed anew
  public int rotate(DataFolder folder, MasterKey next, boolean keep) throws IOException {
    if (keep) {
      next.announce(folder.masterKey());
    }
    int tenants = committer.run(new MasterKeyRotation(keys, Seal.of(next)));
    if (keep) {
      MasterKey.adopt(folder.masterKey());
    }
    return tenants;
  }

  private static boolean isNew(Engine engine) {
    try (var statements = engine.reading()) {
      return statements.first("SELECT 1 FROM fact LIMIT 1", _ -> true).isEmpty();
    } catch (SQLException e) {
      throw new StoreRefused("the database can't be read: " + firstLine(e), e);
    }
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

  public SentMessages sentMessages() {
    return new SentMessages(readers, keys);
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

  public Deliveries deliveries() {
    return new Deliveries(readers, committer);
  }

  public Retention retention() {
    return new Retention(readers, committer);
  }

  public Replays replays() {
    return new Replays(readers, committer);
  }

  /// Forgets what has expired; bounded, so that commits wait little. Returns whether there may be
  /// more.
  public boolean purge(Instant now) {
    return committer.run(sql -> sql.run(PURGE, now.toEpochMilli(), PURGED_AT_ONCE))
        == PURGED_AT_ONCE;
  }

  private static final int PURGED_AT_ONCE = 1_000;
  private static final String PURGE =
      """
      DELETE FROM record WHERE (tenant, kind, key) IN
        (SELECT tenant, kind, key FROM record WHERE expires IS NOT NULL AND expires < ? LIMIT ?)
      """;

  /// Whether it can be written now; takes up to 2 s to find out.
  public boolean isWritable() {
    return pulse.beats();
  }

  /// Tells when another gateway may be at work on the same database. `doubted`: it may, so whatever
  /// only one may hold has to be let go, and may be taken again as soon as commits succeed.
  /// `taken`: it is, for good.
  public void onRival(Runnable doubted, Runnable taken) {
    engine.watch(
        new Claim.Listener() {
          @Override
          public void doubted() {
            doubted.run();
          }

          @Override
          public void taken() {
            taken.run();
          }
        });
  }

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
      engine.close();
    }
  }
}
