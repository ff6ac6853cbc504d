package holdfast.gateway.webhook;

import holdfast.gateway.store.EventLog;
import holdfast.gateway.store.Webhooks;
import holdfast.gateway.store.Webhooks.Webhook;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// All couriers: one an endpoint, woken when its tenant's log grows or the time of a retry has
/// come.
/// One that has nothing to do costs no thread.
public final class Couriers implements AutoCloseable {
  private final Webhooks webhooks;
  private final EventLog log;
  private final Delivery delivery;
  private final InstantSource clock;
  private final ScheduledExecutorService alarms =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("webhook-alarms").factory());
  private final Map<String, Map<String, Courier>> byTenant = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public Couriers(Webhooks webhooks, EventLog log, Targets targets, InstantSource clock) {
    this.webhooks = webhooks;
    this.log = log;
    this.delivery = new Delivery(targets, clock);
    this.clock = clock;
  }

  /// Delivers what was left of the last time, and from now on whatever comes.
  public void start() {
    log.onAppended(this::wake);
    webhooks.all().forEach(webhook -> changed(webhook.tenant(), webhook.id()));
  }

  /// An endpoint is new, or set anew: it is tried at once.
  public void changed(String tenant, String webhook) {
    byTenant
        .computeIfAbsent(tenant, _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(webhook, Courier::new)
        .wake();
  }

  private void wake(String tenant) {
    byTenant.getOrDefault(tenant, Map.of()).values().forEach(Courier::wake);
  }

  private void forget(Courier gone) {
    byTenant.values().forEach(couriers -> couriers.values().removeIf(gone::equals));
  }

  @Override
  public void close() {
    closed = true;
    alarms.shutdownNow();
    delivery.close();
  }

  /// Goes to one endpoint, one event after the other.
  private final class Courier {
    private static final int EVENTS_AT_ONCE = 16;

    private final String id;
    private final Mailbox mailbox = new Mailbox(this::deliverAll);

    private Courier(String id) {
      this.id = id;
    }

    private void wake() {
      if (!closed) {
        mailbox.wake();
      }
    }

    private void deliverAll() {
      boolean more = true;
      while (more && !closed) {
        var webhook = webhooks.find(id);
        if (webhook.isEmpty()) {
          forget(this);
          return;
        }
        more = isDue(webhook.get()) && deliverSome(webhook.get());
      }
    }

    private boolean isDue(Webhook webhook) {
      var progress = webhook.progress();
      var now = clock.instant();
      if (progress.retryAt().isPresent() && progress.retryAt().get().isAfter(now)) {
        wakeAt(progress.retryAt().get());
        return false;
      }
      return progress.disabled().isEmpty();
    }

    /// Returns whether there may be more to do at once. The cursor is kept once for all that were
    /// taken: after a crash they come again, under the same ids.
    private boolean deliverSome(Webhook webhook) {
      var progress = webhook.progress();
      long kept = progress.cursor();
      var events = log.after(webhook.tenant(), kept, EVENTS_AT_ONCE);
      for (var event : events) {
        boolean wanted = webhook.types().isEmpty() || webhook.types().contains(event.type());
        var verdict =
            Verdict.of(
                wanted ? attempt(webhook, event) : new Answer.Taken(),
                progress,
                event.seq(),
                clock.instant(),
                Math.random());
        if (verdict instanceof Verdict.Next(var next)) {
          progress = next;
        } else {
          return end(verdict, event.seq());
        }
      }
      if (progress.cursor() > kept) {
        webhooks.progress(id, progress);
      }
      return events.size() == EVENTS_AT_ONCE;
    }

    private Answer attempt(Webhook webhook, EventLog.Entry event) {
      try {
        return delivery.attempt(webhook, event);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return new Answer.Failed("the gateway stops");
      }
    }

    private boolean end(Verdict verdict, long seq) {
      switch (verdict) {
        case Verdict.PutAside(var error) -> {
          webhooks.putAside(id, seq, error, clock.instant());
          return true;
        }
        case Verdict.Later(var progress) -> {
          webhooks.progress(id, progress);
          progress.retryAt().ifPresent(this::wakeAt);
        }
        case Verdict.Disable(var progress) -> webhooks.progress(id, progress);
        case Verdict.Next _ -> throw new IllegalStateException("there is a next one");
      }
      return false;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a wake-up has no result
    private void wakeAt(Instant time) {
      if (!closed) {
        long wait = Math.max(0, Duration.between(clock.instant(), time).toMillis());
        alarms.schedule(this::wake, wait, TimeUnit.MILLISECONDS);
      }
    }
  }
}
