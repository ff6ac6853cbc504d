package holdfast.gateway.telemetry;

import holdfast.client.Store;
import holdfast.store.Batch;
import holdfast.store.Records;

/// The store with a watch in its hand: how long sessions wait for their commits.
final class TimedStore implements Store {
  private final Store store;
  private final Meters meters;

  TimedStore(Store store, Meters meters) {
    this.store = store;
    this.meters = meters;
  }

  @Override
  public Records records(String tenant) {
    return store.records(tenant);
  }

  @Override
  public void commit(Batch batch) {
    long begun = System.nanoTime();
    try {
      store.commit(batch);
    } catch (RuntimeException e) {
      meters.commitFailures.increment();
      throw e;
    }
    meters.commits.record(System.nanoTime() - begun, java.util.concurrent.TimeUnit.NANOSECONDS);
  }
}
