package holdfast.gateway.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One gateway's sole right to a PostgreSQL database (R1): an advisory lock, held by a connection
/// of
/// its own for as long as the gateway lives.
///
/// It is confirmed every second. A server that restarts, or a network that breaks, takes the lock
/// away; then nothing is written until it is held again and nobody has had it in between, and after
/// 7 s whoever listens closes what may no longer be ours: before the server gives the lock of a
/// silent machine to another, 9 s after its last word ([PostgresEngine]).
final class Claim implements AutoCloseable {
  /// What is to be done when the right is in doubt, or gone for good.
  interface Listener {
    void doubted();

    void taken();
  }

  private static final Logger log = LoggerFactory.getLogger(Claim.class);

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration EAGER = Duration.ofMillis(200);
  private static final Duration CALM = Duration.ofSeconds(1);
  private static final Duration DOUBT = Duration.ofSeconds(7);

  /// Whoever held it until now and still lives must have noticed: it looks once a second.
  private static final Duration COURTESY = Duration.ofSeconds(2);

  private static final int ANSWER_MS = 2_000;

  /// `Hold`, and the schema: a database may have room for several.
  private static final String LOCK =
      "SELECT pg_try_advisory_lock(1215261796, hashtext(current_schema()))";
  private static final String HOLDER = "SELECT value FROM fact WHERE name = '" + Claim.FACT + "'";

  /// Names who held it last: its value tells whether somebody else came in between.
  static final String FACT = "claim";

  private final PostgresEngine engine;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean held;
  private volatile long confirmedAt;
  private volatile boolean watched;
  private volatile @Nullable Connection connection;

  private Claim(PostgresEngine engine) {
    this.engine = engine;
  }

  /// Waits up to 10 s for a dead gateway's lock to be given back.
  ///
  /// @throws StoreRefused when another one has it
  static Claim take(PostgresEngine engine) {
    return take(engine, PATIENCE);
  }

  static Claim take(PostgresEngine engine, Duration patience) {
    var claim = new Claim(engine);
    long begun = System.nanoTime();
    for (int tries = 1; !claim.tryToTake(); tries++) {
      if (System.nanoTime() - begun > patience.toNanos() || claim.isClosedAfter(EAGER)) {
        claim.close();
        throw new StoreRefused("another Holdfast runs on the database " + engine.name());
      }
      if (tries == 1) {
        log.info("waiting for another Holdfast to leave the database {}", engine.name());
      }
    }
    if (System.nanoTime() - begun > EAGER.toNanos()) {
      claim.isClosedAfter(COURTESY);
    }
    return claim;
  }

  private boolean tryToTake() {
    try {
      var known = connection;
      var open = known == null ? connect() : known;
      connection = open;
      if (!locked(open)) {
        return false;
      }
      confirmedAt = System.nanoTime();
      held = true;
      return true;
    } catch (SQLException e) {
      close();
      throw new StoreRefused(
          "the database %s can't be reached: %s".formatted(engine.name(), e.getMessage()), e);
    }
  }

  private Connection connect() throws SQLException {
    var made = engine.connect();
    made.setNetworkTimeout(Runnable::run, ANSWER_MS);
    return made;
  }

  private static boolean locked(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var result = statement.executeQuery(LOCK)) {
      return result.next() && result.getBoolean(1);
    }
  }

  /// From now on the right is watched. `holder`: what stands in the database as its holder.
  void watch(String holder, Listener listener) {
    try {
      ping();
    } catch (SQLException e) {
      lose(e);
    }
    watched = true;
    Thread.ofVirtual().name("claim").start(() -> confirm(holder, listener));
    Thread.ofVirtual().name("doubt").start(() -> doubt(listener));
  }

  private void confirm(String holder, Listener listener) {
    while (!isClosedAfter(held ? CALM : EAGER)) {
      try {
        if (held) {
          ping();
        } else if (!regain(holder)) {
          listener.taken();
          return;
        }
      } catch (SQLException e) {
        lose(e);
      }
    }
  }

  private void ping() throws SQLException {
    var open = connection;
    if (open == null || !answers(open)) {
      throw new SQLException("no answer");
    }
    confirmedAt = System.nanoTime();
  }

  private static boolean answers(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var result = statement.executeQuery("SELECT 1")) {
      return result.next();
    }
  }

  /// Returns false when somebody else has it, or has had it. A lock that is taken under our own
  /// name
  /// is held by our own lost connection, which the server hasn't noticed yet.
  private boolean regain(String holder) throws SQLException {
    var fresh = connect();
    var got = locked(fresh);
    if (!holder.equals(holder(fresh))) {
      fresh.close();
      return false;
    }
    if (!got) {
      fresh.close();
      return true;
    }
    connection = fresh;
    confirmedAt = System.nanoTime();
    held = true;
    log.info("the database {} is ours again", engine.name());
    return true;
  }

  private static String holder(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var result = statement.executeQuery(HOLDER)) {
      return result.next() ? result.getString(1) : "";
    }
  }

  private void lose(SQLException why) {
    if (held) {
      log.warn("the claim on the database {} is in doubt: {}", engine.name(), why.getMessage());
    }
    held = false;
    disconnect();
  }

  private void doubt(Listener listener) {
    boolean told = false;
    while (!isClosedAfter(EAGER)) {
      boolean doubtful = System.nanoTime() - confirmedAt > DOUBT.toNanos();
      if (doubtful && !told) {
        listener.doubted();
      }
      told = doubtful;
    }
  }

  /// Whether what is written now is written by the only gateway there is. Before it is watched no
  /// session runs, and to bring the layout up to date may take long.
  boolean isHeld() {
    return held && (!watched || System.nanoTime() - confirmedAt < DOUBT.toNanos());
  }

  private boolean isClosedAfter(Duration pause) {
    try {
      return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void disconnect() {
    try {
      var open = connection;
      if (open != null) {
        open.close();
      }
    } catch (SQLException e) {
      log.debug("the claim's connection didn't close: {}", e.toString());
    }
    connection = null;
  }

  @Override
  public void close() {
    held = false;
    closed.countDown();
    disconnect();
  }
}
