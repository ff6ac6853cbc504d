package holdfast.bench;

import holdfast.store.Event;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Counts events of all sessions, and waits for as many as were expected.
final class Tally {
  private static final long PATIENCE_SECONDS = 180;

  private final Map<String, CountDownLatch> expected = new ConcurrentHashMap<>();

  /// From now on `count` events of a type are waited for.
  void expect(String type, int count) {
    expected.put(type, new CountDownLatch(count));
  }

  void take(Event event) {
    var latch = expected.get(event.type());
    if (latch != null) {
      latch.countDown();
    }
  }

  /// @throws IllegalStateException when they don't come: then there is nothing to measure
  void await(String type) {
    var latch = expected.getOrDefault(type, new CountDownLatch(0));
    try {
      if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(latch.getCount() + " of " + type + " haven't come");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + type, e);
    }
  }
}
