package holdfast.gateway.store;

import holdfast.client.Names;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/// What each tenant was told, numbered without gaps: webhooks, streams and the pull API all read it
/// by a cursor of their own.
public final class EventLog {
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
      return "Entry[tenant=" + Names.masked(tenant) + ", seq=" + seq + ", type=" + type + "]";
    }
  }

  private final Readers readers;
  private final Tail tail;

  EventLog(Readers readers, Tail tail) {
    this.readers = readers;
    this.tail = tail;
  }

  public List<Entry> after(String tenant, long seq, int limit) {
    return between(tenant, seq, Long.MAX_VALUE, limit);
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

  /// An event with the cursor of whoever reads up to it: the number of its tenant, or its place
  /// among all.
  public record Placed(long cursor, Entry entry) {}

  /// A piece of a log. `next`: the cursor behind which it goes on; beyond the last event where
  /// others weren't wanted.
  public record Page(List<Placed> events, long next) {}

  /// Reads a piece behind a cursor.
  private interface Reading {
    Page page(long cursor, int limit);
  }

  private Page page(String tenant, EventFilter filter, long after, int limit) {
    var query = SOME + filter.condition() + " ORDER BY seq LIMIT ?";
    return readers.read(
        sql -> {
          long newest = newest(sql, tenant); // before the events, so that none lies between
          var arguments =
              Stream.of(Stream.of(tenant, after), filter.arguments(), Stream.of(limit))
                  .flatMap(some -> some)
                  .toArray();
          var found =
              sql.all(query, row -> new Placed(row.getLong(2), entry(tenant, row)), arguments);
          return page(found, after, limit, newest);
        });
  }

  private Page page(long after, int limit) {
    return readers.read(
        sql -> {
          long newest = newestPlace(sql);
          var found =
              sql.all(
                  ALL,
                  row -> new Placed(row.getLong(6), entry(row.getString(7), row)),
                  after,
                  limit);
          return page(found, after, limit, newest);
        });
  }

  private static Page page(List<Placed> found, long after, int limit, long newest) {
    long last = found.isEmpty() ? after : found.getLast().cursor();
    return new Page(found, found.size() < limit ? Math.max(last, newest) : last);
  }

  private static final String SOME =
      """
      SELECT event.id, seq, type, at, data FROM event
      WHERE tenant = (SELECT number FROM tenant WHERE id = ?) AND seq > ?""";
  private static final String ALL =
      """
      SELECT event.id, seq, type, at, data, place, tenant.id FROM event
      JOIN tenant ON tenant.number = event.tenant WHERE place > ? ORDER BY place LIMIT ?
      """;

  /// The place of the newest event of all tenants; 0 when there is none.
  public long newestPlace() {
    return readers.read(EventLog::newestPlace);
  }

  private static long newestPlace(Statements sql) throws SQLException {
    return sql.first("SELECT MAX(place) FROM event", row -> row.getLong(1)).orElse(0L);
  }

  /// The last place that was ever given, also when its event is gone, or was never to be seen.
  public long lastPlace() {
    return readers.read(EventLog::lastPlace);
  }

  private static long lastPlace(Statements sql) throws SQLException {
    return sql.first(sql.dialect().lastPlace(), row -> row.getLong(1)).orElse(0L);
  }

  /// The place of the oldest event that is kept; that of the next one when there is none.
  public long oldestPlace() {
    return readers.read(
        sql -> {
          long oldest = sql.first("SELECT MIN(place) FROM event", row -> row.getLong(1)).orElse(0L);
          return oldest > 0 ? oldest : lastPlace(sql) + 1;
        });
  }

  /// Follows what `filter` wants of one tenant's log.
  public Follower follow(String tenant, EventFilter filter) {
    return new Follower(
        (after, limit) -> page(tenant, filter, after, limit), wake -> tail.listen(tenant, wake));
  }

  /// Follows the logs of all tenants, in the order in which they were written.
  public Follower followAll() {
    return new Follower(this::page, wake -> tail.listenToAll(_ -> wake.run()));
  }

  /// Somebody's place in the log, who may wait for what comes next. Used by one thread.
  public static final class Follower implements AutoCloseable {
    private final Reading reading;
    private final Semaphore appended = new Semaphore(0);
    private final Runnable endListening;

    private Follower(Reading reading, Function<Runnable, Runnable> listen) {
      this.reading = reading;
      this.endListening = listen.apply(appended::release);
    }

    /// What follows `cursor`, at most `limit`; waits up to `patience` for the first. Never misses
    /// one: it listened before it looked.
    public Page next(long cursor, int limit, Duration patience) throws InterruptedException {
      long deadline = System.nanoTime() + patience.toNanos();
      long behind = cursor;
      while (true) {
        appended.drainPermits();
        var page = reading.page(behind, limit);
        long left = deadline - System.nanoTime();
        if (!page.events().isEmpty()
            || left <= 0
            || !appended.tryAcquire(left, TimeUnit.NANOSECONDS)) {
          return page;
        }
        behind = page.next();
      }
    }

    @Override
    public void close() {
      endListening.run();
    }
  }
}
