package holdfast.gateway.store;

import holdfast.gateway.store.Webhook.Progress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What couriers leave behind: how far they have come, the last tries, what was put aside, and what
/// is to be brought once more.
public final class Deliveries {
  /// Tries that are kept of each webhook.
  public static final int KEPT = 200;

  private static final String PROGRESS =
      """
      UPDATE webhook SET cursor = ?, attempts = ?, rejections = ?, failing_since = ?, retry_at = ?,
        last_error = ?, disabled = ? WHERE id = ? AND version = ?
      """;
  private static final String TROUBLE =
      """
      UPDATE webhook SET failing_since = ?, retry_at = ?, last_error = ?, disabled = ?
      WHERE id = ? AND version = ?
      """;
  private static final String CURSOR =
      "UPDATE webhook SET cursor = ?, attempts = 0, rejections = 0 WHERE id = ? AND cursor < ?";
  private static final String LETTER =
      """
      INSERT INTO dead_letter (webhook, seq, at, error) VALUES (?, ?, ?, ?)
      ON CONFLICT (webhook, seq) DO UPDATE SET at = excluded.at, error = excluded.error
      """;
  private static final String ATTEMPT =
      """
      INSERT INTO delivery (webhook, slot, number, event, seq, type, at, redelivery, status,
        duration_ms, error)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (webhook, slot) DO UPDATE SET number = excluded.number, event = excluded.event,
        seq = excluded.seq, type = excluded.type, at = excluded.at,
        redelivery = excluded.redelivery, status = excluded.status,
        duration_ms = excluded.duration_ms, error = excluded.error
      """;
  private static final String ATTEMPTS =
      """
      SELECT number, event, seq, type, at, redelivery, status, duration_ms, error FROM delivery
      WHERE webhook = ? ORDER BY number DESC LIMIT ?
      """;

  /// One try. `number`: from 1 on; `status`: what was answered, if anything was; `error`: why it
  /// wasn't taken.
  public record Attempt(
      long number,
      EventLog.Entry event,
      Instant at,
      boolean redelivery,
      Optional<Integer> status,
      Duration duration,
      Optional<String> error) {}

  /// What a try of some event left in the log of deliveries.
  public record Tried(
      long number,
      String event,
      long seq,
      String type,
      Instant at,
      boolean redelivery,
      Optional<Integer> status,
      Duration duration,
      Optional<String> error) {}

  /// What has to be kept at once. `progress`: of the log, or of `replay` when there is one;
  /// `aside`: why the event at the cursor was put aside.
  public record Step(
      Progress progress,
      Optional<Replays.Replay> replay,
      Optional<String> aside,
      List<Attempt> attempts) {}

  private final Readers readers;
  private final Committer committer;

  Deliveries(Readers readers, Committer committer) {
    this.readers = readers;
    this.committer = committer;
  }

  /// Nothing is kept of a webhook that is gone. Of one that was set anew in between only how far
  /// it has come: what was taken isn't brought again.
  public void keep(Webhook webhook, Step step, Instant now) {
    committer.run(
        sql -> {
          if (sql.first("SELECT 1 FROM webhook WHERE id = ?", _ -> true, webhook.id()).isEmpty()) {
            return false;
          }
          if (step.replay().isPresent()) {
            trouble(sql, webhook, step.progress());
            Replays.advance(sql, webhook.id(), step.replay().get(), step.progress());
          } else {
            progress(sql, webhook, step.progress());
          }
          if (step.aside().isPresent()) {
            var error = step.aside().get();
            sql.run(LETTER, webhook.id(), step.progress().cursor(), now.toEpochMilli(), error);
          }
          for (var attempt : step.attempts()) {
            write(sql, webhook.id(), attempt);
          }
          return true;
        });
  }

  private static void progress(Statements sql, Webhook webhook, Progress progress)
      throws SQLException {
    int set =
        sql.run(
            PROGRESS,
            progress.cursor(),
            progress.tries().all(),
            progress.tries().rejected(),
            millis(progress.failingSince()),
            millis(progress.retryAt()),
            progress.lastError().orElse(null),
            progress.disabled().orElse(null),
            webhook.id(),
            webhook.version());
    if (set == 0) {
      sql.run(CURSOR, progress.cursor(), webhook.id(), progress.cursor());
    }
  }

  private static void trouble(Statements sql, Webhook webhook, Progress progress)
      throws SQLException {
    sql.run(
        TROUBLE,
        millis(progress.failingSince()),
        millis(progress.retryAt()),
        progress.lastError().orElse(null),
        progress.disabled().orElse(null),
        webhook.id(),
        webhook.version());
  }

  private static void write(Statements sql, String webhook, Attempt attempt) throws SQLException {
    var event = attempt.event();
    sql.run(
        ATTEMPT,
        webhook,
        attempt.number() % KEPT,
        attempt.number(),
        event.id(),
        event.seq(),
        event.type(),
        attempt.at().toEpochMilli(),
        attempt.redelivery() ? 1 : 0,
        attempt.status().orElse(null),
        attempt.duration().toMillis(),
        attempt.error().orElse(null));
  }

  private static @org.jspecify.annotations.Nullable Long millis(Optional<Instant> time) {
    return time.map(Instant::toEpochMilli).orElse(null);
  }

  /// The newest first.
  public List<Tried> newest(String webhook, int limit) {
    return readers.read(sql -> sql.all(ATTEMPTS, Deliveries::tried, webhook, limit));
  }

  private static Tried tried(ResultSet row) throws SQLException {
    return new Tried(
        row.getLong(1),
        row.getString(2),
        row.getLong(3),
        row.getString(4),
        Instant.ofEpochMilli(row.getLong(5)),
        row.getInt(6) == 1,
        Optional.ofNullable(row.getObject(7)).map(status -> ((Number) status).intValue()),
        Duration.ofMillis(row.getLong(8)),
        Optional.ofNullable(row.getString(9)));
  }
}
