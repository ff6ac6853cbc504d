package holdfast.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One tenant's records as they were committed: what a draft reads through to. Named, bounded
/// questions only.
public interface Records {
  Optional<byte[]> read(Table<?> table, String key);

  /// Those of `keys` that exist.
  Map<String, byte[]> readAll(Table<?> table, Collection<String> keys);

  /// Keys that begin with `prefix`, in their order, at most `limit`.
  List<String> keys(Table<?> table, String prefix, int limit);

  Optional<Outbound> outbound(String id);

  Optional<Outbound> outboundByMessageId(String messageId);

  Optional<Outbound> outboundByIdempotencyKey(String key);

  /// Rows in `state` in the order of their turns, at most `limit`.
  List<Outbound> outboundIn(Outbound.State state, int limit);

  /// When the last `limit` rows entered `sending`, newest first: what pacing counts (R35).
  List<java.time.Instant> sendingTimes(int limit);
}
