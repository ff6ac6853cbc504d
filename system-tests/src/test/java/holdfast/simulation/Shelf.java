package holdfast.simulation;

import holdfast.client.MemoryStore;
import holdfast.client.Store;
import holdfast.stanza.Jid;
import holdfast.store.Batch;
import holdfast.store.Cache;
import holdfast.store.Control;
import holdfast.store.Draft;
import holdfast.store.Event;
import holdfast.store.Outbound;
import holdfast.store.Records;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The tenant's store, which outlives every process, and what was ever committed to it. Fails when
/// a fault lies in wait.
final class Shelf {
  private final MemoryStore inner = new MemoryStore();
  private final Swarm swarm;
  private final Agenda agenda;
  private final Set<String> received = new HashSet<>();
  private final List<String> undecryptable = new ArrayList<>();
  private long newestEpoch = 1;
  private long failedAtMs = Long.MIN_VALUE / 2;

  Shelf(Swarm swarm, Agenda agenda) {
    this.swarm = swarm;
    this.agenda = agenda;
  }

  /// What it holds before anything has happened.
  void begins(Batch batch) {
    inner.commit(batch);
  }

  /// As one process sees it: `touched` is called before each use, and may end that process.
  Store seenBy(Runnable touched) {
    return new Store() {
      @Override
      public Records records(String tenant) {
        touched.run();
        if (swarm.strikes(Fault.READ_FAILS)) {
          throw unavailable();
        }
        return inner.records(tenant);
      }

      @Override
      public void commit(Batch batch) {
        touched.run();
        if (swarm.strikes(Fault.COMMIT_FAILS)) {
          throw unavailable();
        }
        if (batch.epoch() < newestEpoch) {
          failedAtMs = agenda.nowMs();
        }
        write(batch);
        touched.run();
      }
    };
  }

  private Store.StoreUnavailable unavailable() {
    failedAtMs = agenda.nowMs();
    return new Store.StoreUnavailable("told by the seed", new IllegalStateException());
  }

  private void write(Batch batch) {
    inner.commit(batch);
    newestEpoch = batch.epoch();
    for (var event : batch.events()) {
      switch (event) {
        case Event.MessageReceived it -> {
          if (!received.add(it.messageId())) {
            throw new Broken("R31: two events for the message " + it.messageId());
          }
        }
        case Event.MessageUndecryptable it -> undecryptable.add(it.messageId());
        case Event _ -> {}
      }
    }
  }

  /// A newer owner has the tenant from now on.
  void fence() {
    newestEpoch++;
    inner.commit(new Batch(Prepared.TENANT, newestEpoch, List.of(), List.of(), List.of()));
  }

  long newestEpoch() {
    return newestEpoch;
  }

  /// When it last refused to read or to write.
  long failedAtMs() {
    return failedAtMs;
  }

  Control control() {
    return draft().control();
  }

  boolean hasEventFor(String messageId) {
    return received.contains(messageId);
  }

  List<String> undecryptable() {
    return undecryptable;
  }

  Optional<Outbound> outbound(String messageId) {
    return inner.records(Prepared.TENANT).outboundByMessageId(messageId);
  }

  List<Outbound> rows(Outbound.State state) {
    return inner.records(Prepared.TENANT).outboundIn(state, 10_000);
  }

  Optional<Jid> device() {
    return control().account().map(account -> account.jid());
  }

  private Draft draft() {
    return new Draft(inner.records(Prepared.TENANT), new Cache(8));
  }
}
