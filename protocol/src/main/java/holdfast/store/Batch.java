package holdfast.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Everything that one batch of inputs changed, for ONE transaction: all of it is written, or
/// nothing.
///
/// `epoch` fences: a store that has seen a newer one for this tenant refuses the batch.
public record Batch(
    String tenant, long epoch, List<Write> records, List<Outbound> sends, List<Event> events) {
  /// A record's new bytes; no value deletes it. `expires`: when the store may forget it.
  public record Write(
      Table<?> table, String key, Optional<byte[]> value, Optional<Instant> expires) {}

  public boolean isEmpty() {
    return records.isEmpty() && sends.isEmpty() && events.isEmpty();
  }
}
