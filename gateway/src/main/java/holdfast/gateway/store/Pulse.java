package holdfast.gateway.store;

import holdfast.client.Store.StoreUnavailable;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the store can be written, found out by writing: nothing else tells a full disk, a server
/// that is gone or a lock that somebody else holds.
final class Pulse {
  private static final Logger log = LoggerFactory.getLogger(Pulse.class);

  /// How long an answer stays good: who asks more often learns nothing new.
  private static final Duration FRESH = Duration.ofSeconds(1);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final String TOUCH =
      "UPDATE fact SET value = value WHERE name = 'master_key_check'";

  /// After a failure, more than fits into what a full database has left over.
  private static final String FILL = "INSERT INTO fact (name, value) VALUES ('pulse', ?)";

  private static final String EMPTY = "DELETE FROM fact WHERE name = 'pulse'";
  private static final String FILLING = filling();

  /// Nothing that a database could make smaller.
  private static String filling() {
    var bytes = new byte[131_072];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private final Committer committer;
  private final AtomicLong askedAt = new AtomicLong(System.nanoTime() - FRESH.toNanos());
  private volatile boolean beats = true;

  Pulse(Committer committer) {
    this.committer = committer;
  }

  boolean beats() {
    long asked = askedAt.get();
    long now = System.nanoTime();
    if (now - asked >= FRESH.toNanos() && askedAt.compareAndSet(asked, now)) {
      note(write());
    }
    return beats && committer.trouble().isEmpty();
  }

  private boolean write() {
    boolean sick = committer.trouble().isPresent();
    try {
      committer.tryToRun(sick ? Pulse::fill : sql -> sql.run(TOUCH), PATIENCE);
      if (sick) {
        committer.healed();
      }
      return true;
    } catch (TimeoutException | StoreUnavailable _) {
      return false;
    }
  }

  /// Both in one transaction: nothing stays.
  private static int fill(Statements sql) throws SQLException {
    sql.run(EMPTY);
    sql.run(FILL, FILLING);
    return sql.run(EMPTY);
  }

  private void note(boolean now) {
    if (now != beats) {
      log.warn(now ? "the store can be written again" : "the store can't be written");
    }
    beats = now;
  }
}
