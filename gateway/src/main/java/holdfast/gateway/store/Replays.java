package holdfast.gateway.store;

import holdfast.gateway.store.Webhook.Progress;
import holdfast.gateway.store.Webhook.Tries;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What is to be brought once more, by somebody's wish: stretches of the log, and dead letters.
public final class Replays {
  /// Stretches that may wait for one webhook.
  public static final int MOST = 100;

  private static final String ADD =
      """
      INSERT INTO replay (webhook, from_seq, to_seq, next_seq) VALUES (?, ?, ?, ?)
      ON CONFLICT (webhook, from_seq, to_seq) DO UPDATE SET next_seq = excluded.next_seq,
        attempts = 0, rejections = 0
      """;
  private static final String LETTERS =
      """
      INSERT INTO replay (webhook, from_seq, to_seq, next_seq)
      SELECT webhook, seq, seq, seq FROM dead_letter WHERE webhook = ? AND seq BETWEEN ? AND ?
      ON CONFLICT (webhook, from_seq, to_seq) DO UPDATE SET next_seq = excluded.next_seq,
        attempts = 0, rejections = 0
      """;
  private static final String FIRST =
      """
      SELECT from_seq, to_seq, next_seq, attempts, rejections FROM replay WHERE webhook = ?
      ORDER BY from_seq, to_seq LIMIT 1
      """;
  private static final String ADVANCE =
      """
      UPDATE replay SET next_seq = ?, attempts = ?, rejections = ?
      WHERE webhook = ? AND from_seq = ? AND to_seq = ?
      """;
  private static final String END =
      "DELETE FROM replay WHERE webhook = ? AND from_seq = ? AND to_seq = ?";
  private static final String PAGE =
      """
      SELECT dead_letter.seq, event.id, event.type, dead_letter.at, dead_letter.error
      FROM dead_letter JOIN webhook ON webhook.id = dead_letter.webhook
      JOIN event ON event.tenant = webhook.tenant AND event.seq = dead_letter.seq
      WHERE dead_letter.webhook = ? AND dead_letter.seq > ? ORDER BY dead_letter.seq LIMIT ?
      """;

  /// From `from` to `to`, both included; `next`: the first that is still to be brought;
  /// `tries`: of that one.
  public record Replay(long from, long to, long next, Tries tries) {
    /// Somebody named this very event, so it comes whatever the filter says.
    public boolean isOne() {
      return from == to;
    }
  }

  /// An event that an endpoint refused for good.
  public record DeadLetter(long seq, String event, String type, Instant at, String error) {}

  private final Readers readers;
  private final Committer committer;

  Replays(Readers readers, Committer committer) {
    this.readers = readers;
    this.committer = committer;
  }

  /// Returns whether there was room for it.
  public boolean add(String webhook, long from, long to) {
    return committer.run(
        sql -> {
          boolean room = waiting(sql, webhook) < MOST;
          if (room) {
            sql.run(ADD, webhook, from, to, from);
          }
          return room;
        });
  }

  private static long waiting(Statements sql, String webhook) throws SQLException {
    return sql.first(
            "SELECT COUNT(*) FROM replay WHERE webhook = ? AND from_seq < to_seq",
            row -> row.getLong(1),
            webhook)
        .orElse(0L);
  }

  /// Takes the dead letters from `from` to `to` out of their list to be brought once more; returns
  /// how many there were.
  public int addDeadLetters(String webhook, long from, long to) {
    return committer.run(
        sql -> {
          sql.run(LETTERS, webhook, from, to);
          return sql.run(
              "DELETE FROM dead_letter WHERE webhook = ? AND seq BETWEEN ? AND ?",
              webhook,
              from,
              to);
        });
  }

  /// The one to go on with.
  public Optional<Replay> first(String webhook) {
    return readers.read(sql -> sql.first(FIRST, Replays::replay, webhook));
  }

  public long waiting(String webhook) {
    return readers.read(
        sql ->
            sql.first(
                    "SELECT COUNT(*) FROM replay WHERE webhook = ?", row -> row.getLong(1), webhook)
                .orElse(0L));
  }

  /// `progress`: behind which event of the stretch it stands now.
  static void advance(Statements sql, String webhook, Replay replay, Progress progress)
      throws SQLException {
    if (progress.cursor() >= replay.to()) {
      sql.run(END, webhook, replay.from(), replay.to());
    } else {
      sql.run(
          ADVANCE,
          progress.cursor() + 1,
          progress.tries().all(),
          progress.tries().rejected(),
          webhook,
          replay.from(),
          replay.to());
    }
  }

  /// Those behind `after`, whose events are kept as long as they are.
  public List<DeadLetter> deadLetters(String webhook, long after, int limit) {
    return readers.read(sql -> sql.all(PAGE, Replays::letter, webhook, after, limit));
  }

  public long deadLetters(String webhook) {
    return readers.read(
        sql ->
            sql.first(
                    "SELECT COUNT(*) FROM dead_letter WHERE webhook = ?",
                    row -> row.getLong(1),
                    webhook)
                .orElse(0L));
  }

  private static Replay replay(ResultSet row) throws SQLException {
    return new Replay(
        row.getLong(1), row.getLong(2), row.getLong(3), new Tries(row.getInt(4), row.getInt(5)));
  }

  private static DeadLetter letter(ResultSet row) throws SQLException {
    return new DeadLetter(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        Instant.ofEpochMilli(row.getLong(4)),
        row.getString(5));
  }
}
