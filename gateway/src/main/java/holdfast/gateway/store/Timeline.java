package holdfast.gateway.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The states that a tenant's session went through, with their reasons.
public final class Timeline {
  private static final String NEWEST =
      """
      SELECT at, state, reason, code, generation FROM transition
      WHERE tenant = (SELECT number FROM tenant WHERE id = ?) ORDER BY at DESC, rowid DESC LIMIT ?
      """;

  public record Transition(
      Instant at, String state, Optional<String> reason, Optional<Integer> code, long generation) {}

  private final Readers readers;

  Timeline(Readers readers) {
    this.readers = readers;
  }

  /// The newest first.
  public List<Transition> newest(String tenant, int limit) {
    return readers.read(
        sql ->
            sql.all(
                NEWEST,
                row ->
                    new Transition(
                        Instant.ofEpochMilli(row.getLong(1)),
                        row.getString(2),
                        Optional.ofNullable(row.getString(3)),
                        row.getObject(4) == null ? Optional.empty() : Optional.of(row.getInt(4)),
                        row.getLong(5)),
                tenant,
                limit));
  }
}
