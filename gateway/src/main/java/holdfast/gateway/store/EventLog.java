package holdfast.gateway.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What each tenant was told, numbered without gaps: webhooks, streams and the pull API all read it
/// by a cursor of their own.
public final class EventLog {
  private static final String AFTER =
      """
      SELECT event.id, seq, type, at, data FROM event
      WHERE tenant = (SELECT number FROM tenant WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?
      """;

  private static final String BETWEEN =
      """
      SELECT event.id, seq, type, at, data FROM event
      WHERE tenant = (SELECT number FROM tenant WHERE id = ?) AND seq > ? AND seq <= ?
      ORDER BY seq LIMIT ?
      """;
  private static final String AT =
      """
      SELECT at FROM event WHERE tenant = (SELECT number FROM tenant WHERE id = ?) AND seq = ?
      """;
  private static final String OLDEST =
      "SELECT MIN(seq) FROM event WHERE tenant = (SELECT number FROM tenant WHERE id = ?)";

  /// How far clocks may have gone back between two events for one to be found by its id.
  private static final Duration DISORDER = Duration.ofMinutes(1);

  /// `data` is JSON as it goes out.
  public record Entry(String id, String tenant, long seq, String type, Instant at, String data) {
    @Override
    public String toString() {
      return "Entry[tenant=" + tenant + ", seq=" + seq + ", type=" + type + "]";
    }
  }

  private final Readers readers;
  private final Tail tail;

  EventLog(Readers readers, Tail tail) {
    this.readers = readers;
    this.tail = tail;
  }

  public List<Entry> after(String tenant, long seq, int limit) {
    return readers.read(sql -> sql.all(AFTER, row -> entry(tenant, row), tenant, seq, limit));
  }

  /// What follows `seq` up to `last`.
  public List<Entry> between(String tenant, long seq, long last, int limit) {
    return readers.read(
        sql -> sql.all(BETWEEN, row -> entry(tenant, row), tenant, seq, last, limit));
  }

  /// The number of the oldest event that is kept; that of the next one when there is none.
  public long oldest(String tenant) {
    return readers.read(
        sql -> {
          var oldest = sql.first(OLDEST, row -> row.getLong(1), tenant).orElse(0L);
          return oldest > 0 ? oldest : newest(sql, tenant) + 1;
        });
  }

  /// The number of the first event that happened at `time` or after it, by halving: events stand
  /// in the order of their times, as far as the clock went forward.
  public long firstAt(String tenant, Instant time) {
    return readers.read(sql -> firstAt(sql, tenant, time));
  }

  private static long firstAt(Statements sql, String tenant, Instant time) throws SQLException {
    long low = sql.first(OLDEST, row -> row.getLong(1), tenant).orElse(0L);
    long high = newest(sql, tenant) + 1;
    while (low < high) {
      long middle = low + (high - low) / 2;
      long at = sql.first(AT, row -> row.getLong(1), tenant, middle).orElse(0L);
      if (at < time.toEpochMilli()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// The event under an id, which tells its time.
  public Optional<Entry> find(String tenant, String id) {
    var at = Ulid.time(id);
    if (at.isEmpty()) {
      return Optional.empty();
    }
    return readers.read(
        sql -> {
          long from = firstAt(sql, tenant, at.get().minus(DISORDER));
          long to = firstAt(sql, tenant, at.get().plus(DISORDER));
          return sql.first(ONE, row -> entry(tenant, row), tenant, Math.max(0, from - 1), to, id);
        });
  }

  private static final String ONE =
      """
      SELECT event.id, seq, type, at, data FROM event
      WHERE tenant = (SELECT number FROM tenant WHERE id = ?) AND seq >= ? AND seq <= ?
        AND event.id = ?
      """;

  /// The number of the newest event; 0 when there was none.
  public long newest(String tenant) {
    return readers.read(sql -> newest(sql, tenant));
  }

  private static long newest(Statements sql, String tenant) throws SQLException {
    return sql.first("SELECT events FROM tenant WHERE id = ?", row -> row.getLong(1), tenant)
        .orElse(0L);
  }

  private static Entry entry(String tenant, ResultSet row) throws SQLException {
    return new Entry(
        row.getString(1),
        tenant,
        row.getLong(2),
        row.getString(3),
        Instant.ofEpochMilli(row.getLong(4)),
        row.getString(5));
  }

  /// `wake` is called with a tenant's id whenever something was appended to its log. Must be quick.
  public void onAppended(Consumer<String> wake) {
    tail.listenToAll(wake);
  }

  /// Follows one tenant's log.
  public Follower follow(String tenant) {
    return new Follower(tenant);
  }

  /// Somebody's place in the log, who may wait for what comes next. Used by one thread.
  public final class Follower implements AutoCloseable {
    private final String tenant;
    private final Semaphore appended = new Semaphore(0);
    private final Runnable endListening;

    private Follower(String tenant) {
      this.tenant = tenant;
      this.endListening = tail.listen(tenant, appended::release);
    }

    /// What follows `seq`, at most `limit`; waits up to `patience` for the first. Never misses one:
    /// it listened before it looked.
    public List<Entry> next(long seq, int limit, Duration patience) throws InterruptedException {
      long deadline = System.nanoTime() + patience.toNanos();
      while (true) {
        appended.drainPermits();
        var found = after(tenant, seq, limit);
        long left = deadline - System.nanoTime();
        if (!found.isEmpty() || left <= 0 || !appended.tryAcquire(left, TimeUnit.NANOSECONDS)) {
          return found;
        }
      }
    }

    @Override
    public void close() {
      endListening.run();
    }
  }
}
