package holdfast.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import holdfast.client.Store;
import holdfast.store.Batch;
import holdfast.store.Records;
import java.util.Arrays;

/// The store that is measured, with a clock beside each commit: from the session's call until the
/// batch is durable, the wait for its turn included.
final class Commits implements Store {
  private final Store store;
  private long[] nanos = new long[1024];
  private int count;

  Commits(Store store) {
    this.store = store;
  }

  @Override
  public Records records(String tenant) {
    return store.records(tenant);
  }

  @Override
  public void commit(Batch batch) {
    long begun = System.nanoTime();
    store.commit(batch);
    took(System.nanoTime() - begun);
  }

  private synchronized void took(long time) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = time;
  }

  synchronized void clear() {
    count = 0;
  }

  synchronized void tell(ObjectNode into) {
    var sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    into.put("commits", count)
        .put("commitP50Ms", part(sorted, 0.50))
        .put("commitP99Ms", part(sorted, 0.99));
  }

  private static double part(long[] sorted, double part) {
    return sorted.length == 0 ? 0 : sorted[(int) (part * (sorted.length - 1))] / 1e6;
  }
}
