package holdfast.gateway.store;

import holdfast.store.Batch;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;

/// Wakes whoever waits for new events once they are durable: a hint to read on, never the event.
///
/// Those who listen must be quick and must not throw: they are told by the committer's own thread.
final class Tail {
  private final Map<String, Set<Runnable>> byTenant = new ConcurrentHashMap<>();
  private final Set<Consumer<String>> ofAll = new CopyOnWriteArraySet<>();

  /// Returns what ends the listening.
  Runnable listen(String tenant, Runnable wake) {
    byTenant.compute(
        tenant,
        (_, known) -> {
          var set = known == null ? new CopyOnWriteArraySet<Runnable>() : known;
          set.add(wake);
          return set;
        });
    return () -> forget(tenant, wake);
  }

  private void forget(String tenant, Runnable wake) {
    byTenant.computeIfPresent(
        tenant,
        (_, set) -> {
          set.remove(wake);
          return set.isEmpty() ? null : set;
        });
  }

  /// Returns what ends the listening.
  Runnable listenToAll(Consumer<String> wake) {
    ofAll.add(wake);
    return () -> ofAll.remove(wake);
  }

  void committed(List<Batch> batches) {
    for (var batch : batches) {
      if (!batch.events().isEmpty()) {
        byTenant.getOrDefault(batch.tenant(), Set.of()).forEach(Runnable::run);
        ofAll.forEach(wake -> wake.accept(batch.tenant()));
      }
    }
  }
}
