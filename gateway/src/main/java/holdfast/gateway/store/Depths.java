package holdfast.gateway.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/// How much waits in the store: to be sent, and to be brought to webhooks.
public final class Depths {
  private static final String OPEN =
      "SELECT state, COUNT(*), MIN(id) FROM outbound WHERE (state = 'queued' OR state = 'sending')";
  private static final String OF_TENANT =
      OPEN + " AND tenant = (SELECT number FROM tenant WHERE id = ?) GROUP BY state";
  private static final String OF_ALL = OPEN + " GROUP BY state";
  private static final String BEHIND =
      """
      SELECT COUNT(*), SUM(tenant.events - webhook.cursor), MIN(
        (SELECT event.at FROM event
         WHERE event.tenant = webhook.tenant AND event.seq > webhook.cursor
         ORDER BY event.seq LIMIT 1))
      FROM webhook JOIN tenant ON tenant.number = webhook.tenant
      WHERE webhook.disabled IS NULL AND webhook.paused = 0 AND webhook.cursor < tenant.events
      """;

  /// Messages on their way out. `oldest`: when the one that has waited longest was taken.
  public record Outbox(long queued, long sending, Optional<Instant> oldest) {
    private static final Outbox EMPTY = new Outbox(0, 0, Optional.empty());

    private Outbox with(Waiting waiting) {
      var first = earlier(oldest, Ulid.time(waiting.firstId()));
      return waiting.state().equals("queued")
          ? new Outbox(queued + waiting.count(), sending, first)
          : new Outbox(queued, sending + waiting.count(), first);
    }

    private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
      return Stream.concat(one.stream(), other.stream()).min(Instant::compareTo);
    }
  }

  /// What webhooks that are neither disabled nor paused haven't been told yet. `oldest`: when the
  /// event that has waited longest happened.
  public record Webhooks(long endpoints, long events, Optional<Instant> oldest) {}

  private record Waiting(String state, long count, String firstId) {}

  private final Readers readers;

  Depths(Readers readers) {
    this.readers = readers;
  }

  public Outbox outbox(String tenant) {
    return sum(OF_TENANT, tenant);
  }

  public Outbox outbox() {
    return sum(OF_ALL);
  }

  private Outbox sum(String query, String... arguments) {
    var rows = readers.read(sql -> sql.all(query, Depths::waiting, (Object[]) arguments));
    var outbox = Outbox.EMPTY;
    for (var row : rows) {
      outbox = outbox.with(row);
    }
    return outbox;
  }

  private static Waiting waiting(ResultSet row) throws SQLException {
    return new Waiting(row.getString(1), row.getLong(2), row.getString(3));
  }

  public Webhooks webhooks() {
    return readers.read(sql -> sql.first(BEHIND, Depths::behind)).orElseThrow();
  }

  private static Webhooks behind(ResultSet row) throws SQLException {
    long endpoints = row.getLong(1);
    long events = row.getLong(2);
    long oldest = row.getLong(3);
    return new Webhooks(
        endpoints,
        events,
        oldest == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest)));
  }
}
