package holdfast.gateway.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One gateway's sole right to a PostgreSQL database (R1): an advisory lock, held by a connection
/// of its own for as long as the gateway lives.
///
/// It is confirmed every second. A server that restarts, or a network that breaks, takes the lock
/// away; then nothing is written until it is held again and nobody has had it in between, and 7 s
/// after the last confirmation whoever listens closes what may no longer be ours.
///
/// A lock that is free doesn't tell that its last holder is gone: a server that restarts forgets
/// it at once. So the holder leaves a mark in the database, which goes when it ends in order. Who
/// takes the lock and finds a mark waits 9 s, in which the other one has come to doubt and has
/// closed its sockets, unless the mark is of this very data folder on this very machine: whose lock
/// we hold, so that process is dead.
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

  /// How long a holder that never left in order may still be at work: till it doubts, and time to
  /// close its sockets.
  private static final Duration COURTESY = DOUBT.plusSeconds(2);

  private static final int ANSWER_MS = 2_000;
  private static final String AT = " at ";

  /// `Hold`, and the schema: a database may have room for several.
  private static final String LOCK =
      "SELECT pg_try_advisory_lock(1215261796, hashtext(current_schema()))";

  /// The mark of the holder, by which it also knows later that nobody else came in between.
  static final String FACT = "claim";

  private static final String IS_MADE = "SELECT 1 WHERE to_regclass('fact') IS NOT NULL";
  private static final String PING = "SELECT 1";
  private static final String MARK = "SELECT value FROM fact WHERE name = ?";
  private static final String LEAVE_MARK =
      "INSERT INTO fact (name, value) VALUES (?, ?)"
          + " ON CONFLICT (name) DO UPDATE SET value = excluded.value";
  private static final String CONFIRM_MARK =
      "UPDATE fact SET value = value WHERE name = ? AND value = ?";
  private static final String FORGET_MARK = "DELETE FROM fact WHERE name = ?";
  private static final String WITHDRAW_MARK = "DELETE FROM fact WHERE name = ? AND value = ?";

  private final PostgresEngine engine;
  private final Optional<String> place;
  private final String mark;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean held;
  private volatile long confirmedAt;
  private volatile boolean watched;
  private volatile @Nullable Connection connection;

  private Claim(PostgresEngine engine, Optional<String> place) {
    this.engine = engine;
    this.place = place;
    this.mark = Ulid.at(Instant.now()) + place.map(where -> AT + where).orElse("");
  }

  /// Waits up to 10 s for a dead gateway's lock to be given back, and for as long as its last
  /// holder may be at work. `place`: what only one process can hold at a time, and this one does.
  ///
  /// @throws StoreRefused when another one has it
  static Claim take(PostgresEngine engine, Optional<String> place) {
    return take(engine, place, PATIENCE);
  }

  static Claim take(PostgresEngine engine, Optional<String> place, Duration patience) {
    var claim = new Claim(engine, place);
    try {
      claim.take(patience);
      return claim;
    } catch (SQLException e) {
      claim.close();
      throw new StoreRefused(
          "the database %s can't be reached: %s".formatted(engine.name(), e.getMessage()), e);
    } catch (RuntimeException e) {
      claim.close();
      throw e;
    }
  }

  private void take(Duration patience) throws SQLException {
    long begun = System.nanoTime();
    var open = connect();
    connection = open;
    for (int tries = 1; !locked(open); tries++) {
      if (System.nanoTime() - begun > patience.toNanos() || isClosedAfter(EAGER)) {
        throw new StoreRefused("another Holdfast runs on the database " + engine.name());
      }
      if (tries == 1) {
        log.info("waiting for another Holdfast to leave the database {}", engine.name());
      }
    }
    if (isMade(open)) {
      outwait(open);
      run(open, FORGET_MARK, FACT); // should its owner come back, it knows that it was followed
    }
    held = true;
  }

  private void outwait(Connection open) throws SQLException {
    if (mark(open).filter(this::mayBeAtWork).isEmpty()) {
      return;
    }
    log.info(
        "the last Holdfast on the database {} didn't end in order: in {} s its sockets are closed",
        engine.name(),
        COURTESY.toSeconds());
    if (isClosedAfter(COURTESY)) {
      throw new StoreRefused("interrupted while another Holdfast may be at work");
    }
  }

  private boolean mayBeAtWork(String other) {
    return place.filter(ours -> other.endsWith(AT + ours)).isEmpty();
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

  private static boolean isMade(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var result = statement.executeQuery(IS_MADE)) {
      return result.next();
    }
  }

  private static Optional<String> mark(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement(MARK)) {
      statement.setString(1, FACT);
      try (var result = statement.executeQuery()) {
        return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
      }
    }
  }

  private static void run(Connection connection, String sql, String... texts) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      for (int index = 0; index < texts.length; index++) {
        statement.setString(index + 1, texts[index]);
      }
      statement.execute();
    }
  }

  /// From now on it is watched, and marked as ours: by the connection that holds the lock, so
  /// nobody marks what it has lost.
  ///
  /// @throws StoreRefused when it was lost before
  void watch(Listener listener) {
    try {
      confirmedBy(open -> run(open, LEAVE_MARK, FACT, mark));
    } catch (SQLException e) {
      throw new StoreRefused(
          "the claim on the database %s was lost: %s".formatted(engine.name(), e.getMessage()), e);
    }
    watched = true;
    Thread.ofVirtual().name("claim").start(() -> confirm(listener));
    Thread.ofVirtual().name("doubt").start(() -> doubt(listener));
  }

  private void confirm(Listener listener) {
    while (!isClosedAfter(held ? CALM : EAGER)) {
      try {
        if (held) {
          confirmedBy(open -> run(open, PING));
        } else if (!regain()) {
          listener.taken();
          return;
        }
      } catch (SQLException e) {
        lose(e);
      }
    }
  }

  private interface Question {
    void ask(Connection open) throws SQLException;
  }

  /// The answer holds for the moment of the question: what follows it we can't know.
  private void confirmedBy(Question question) throws SQLException {
    var open = connection;
    if (open == null) {
      throw new SQLException("no connection");
    }
    long asked = System.nanoTime();
    question.ask(open);
    confirmedAt = asked;
  }

  /// Returns false when somebody else has it, or has had it. A lock that is taken under our own
  /// mark is held by our own lost connection, which the server hasn't noticed yet, or by a
  /// successor who waits until we have let go.
  private boolean regain() throws SQLException {
    var fresh = connect();
    long asked = System.nanoTime();
    var got = locked(fresh);
    boolean ours = mark(fresh).equals(Optional.of(mark));
    if (!ours || !got) {
      fresh.close();
      return ours;
    }
    proveWritable(fresh);
    connection = fresh;
    confirmedAt = asked;
    held = true;
    log.info("the database {} is ours again", engine.name());
    return true;
  }

  /// A standby has the mark too, and locks of its own.
  private void proveWritable(Connection fresh) throws SQLException {
    try {
      run(fresh, CONFIRM_MARK, FACT, mark);
    } catch (SQLException e) {
      fresh.close();
      throw e;
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

  private void withdraw() {
    try {
      var open = connection;
      if (open != null && watched) {
        run(open, WITHDRAW_MARK, FACT, mark);
      }
    } catch (SQLException e) {
      log.debug("the claim's mark stays: {}", e.toString());
    }
  }

  /// In order: what only one may hold has been let go by now, so the next one needn't wait.
  @Override
  public void close() {
    held = false;
    closed.countDown();
    withdraw();
    disconnect();
  }
}
