package holdfast.gateway.webhook;

import holdfast.client.Alarms;
import holdfast.client.ClockAlarms;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.EventLog;
import holdfast.gateway.store.Webhook;
import holdfast.gateway.store.Webhooks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// All couriers: one an endpoint, woken when its tenant's log grows or the time of a retry has
/// come. One that has nothing to do costs no thread, and none waits for another.
public final class Couriers implements AutoCloseable {
  /// How long a request under way may still take when the gateway stops, and then its end.
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final Webhooks webhooks;
  private final EventLog log;
  private final Delivery delivery;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("courier-", 0).factory());
  private final Map<String, Map<String, Courier>> byTenant = new ConcurrentHashMap<>();
  private final Courier.Rounds rounds;
  private final Runnable endAlarms;
  private volatile boolean closed;

  public Couriers(Database database, Targets targets, InstantSource clock) {
    this(database, targets, clock, new ClockAlarms(clock));
  }

  private Couriers(Database database, Targets targets, InstantSource clock, ClockAlarms alarms) {
    this(database, targets, clock, alarms, alarms::close);
  }

  /// With another clock's alarms; `endAlarms` is run when all this ends.
  public Couriers(
      Database database, Targets targets, InstantSource clock, Alarms alarms, Runnable endAlarms) {
    this.webhooks = database.webhooks();
    this.log = database.events();
    this.delivery = new Delivery(targets, clock);
    this.endAlarms = endAlarms;
    this.rounds =
        new Courier.Rounds(
            webhooks,
            log,
            database.deliveries(),
            database.replays(),
            delivery,
            clock,
            alarms,
            threads,
            () -> closed);
  }

  /// Delivers what was left of the last time, and from now on whatever comes.
  public void start() {
    log.onAppended(this::wake);
    webhooks.all().forEach(webhook -> changed(webhook.tenant(), webhook.id()));
  }

  /// An endpoint is new, set anew, or has something to be brought once more.
  public void changed(String tenant, String webhook) {
    byTenant
        .computeIfAbsent(tenant, _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(webhook, id -> new Courier(id, rounds, this::forget))
        .change();
  }

  /// Brings `event` once and at once, beside whatever is under way.
  public Tried test(Webhook webhook, EventLog.Entry event) throws InterruptedException {
    return delivery.attempt(webhook, event, false);
  }

  private void wake(String tenant) {
    byTenant.getOrDefault(tenant, Map.of()).values().forEach(Courier::wake);
  }

  private void forget(Courier gone) {
    byTenant.values().forEach(couriers -> couriers.values().removeIf(gone::equals));
  }

  /// What endpoints have taken by now is kept; what is cut off comes again after the next start.
  @Override
  public void close() {
    closed = true;
    endAlarms.run();
    threads.shutdown();
    if (!ended()) {
      delivery.close();
      ended();
    }
    delivery.close();
  }

  private boolean ended() {
    try {
      return threads.awaitTermination(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
