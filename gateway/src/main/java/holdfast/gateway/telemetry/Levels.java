package holdfast.gateway.telemetry;

import holdfast.client.Store.StoreUnavailable;
import holdfast.gateway.store.Depths;
import holdfast.session.Status;
import holdfast.store.Control;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// What is measured when somebody asks (R39): how many sessions stand where, and how much waits.
final class Levels {
  private final InstantSource clock;
  private final Map<String, AtomicLong> sessions = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> sockets = new ConcurrentHashMap<>();
  private final AtomicLong queued = new AtomicLong();
  private final AtomicLong sending = new AtomicLong();
  private final AtomicLong outboxAge = new AtomicLong();
  private final AtomicLong endpointsBehind = new AtomicLong();
  private final AtomicLong eventsBehind = new AtomicLong();
  private final AtomicLong webhookLag = new AtomicLong();
  private final AtomicLong readable = new AtomicLong(1);
  private final AtomicLong waitingWrites = new AtomicLong();

  Levels(MeterRegistry registry, InstantSource clock) {
    this.clock = clock;
    for (var state : Control.PHASES) {
      sessions.put(state, labelled(registry, "sessions", state, "Sessions by state"));
      sockets.put(state, labelled(registry, "sockets.open", state, "Open sockets by state"));
    }
    level(registry, "outbox.queued", "", "Messages that wait to be sent", queued);
    level(registry, "outbox.sending", "", "Messages sent that WhatsApp hasn't acked", sending);
    level(registry, "outbox.age", "seconds", "Age of the oldest message that waits", outboxAge);
    level(
        registry, "webhook.endpoints.behind", "", "Webhooks with events to come", endpointsBehind);
    level(registry, "webhook.events.behind", "", "Events that webhooks wait for", eventsBehind);
    level(registry, "webhook.lag", "seconds", "Age of the oldest event not delivered", webhookLag);
    level(registry, "store.readable", "", "1 as long as the store answers", readable);
    level(registry, "store.waiting.writes", "", "Writes that wait their turn", waitingWrites);
  }

  private static AtomicLong labelled(
      MeterRegistry registry, String name, String state, String meaning) {
    var level = new AtomicLong();
    Gauge.builder("holdfast." + name, level, AtomicLong::doubleValue)
        .tag("state", state)
        .description(meaning)
        .strongReference(true)
        .register(registry);
    return level;
  }

  private static void level(
      MeterRegistry registry, String name, String unit, String meaning, AtomicLong level) {
    Gauge.builder("holdfast." + name, level, AtomicLong::doubleValue)
        .baseUnit(unit.isEmpty() ? null : unit)
        .description(meaning)
        .strongReference(true)
        .register(registry);
  }

  /// `each` is handed every session's status.
  void sessions(Consumer<Consumer<Status>> each) {
    var counted = new ConcurrentHashMap<String, Long>();
    var open = new ConcurrentHashMap<String, Long>();
    each.accept(
        status -> {
          counted.merge(status.state(), 1L, Long::sum);
          open.merge(status.state(), status.running().socket().isPresent() ? 1L : 0, Long::sum);
        });
    sessions.forEach((state, level) -> level.set(counted.getOrDefault(state, 0L)));
    sockets.forEach((state, level) -> level.set(open.getOrDefault(state, 0L)));
  }

  /// A store that can't be read leaves the levels as they were, and says so.
  void store(Depths depths, int writes) {
    waitingWrites.set(writes);
    try {
      var outbox = depths.outbox();
      queued.set(outbox.queued());
      sending.set(outbox.sending());
      outboxAge.set(age(outbox.oldest()));
      var webhooks = depths.webhooks();
      endpointsBehind.set(webhooks.endpoints());
      eventsBehind.set(webhooks.events());
      webhookLag.set(age(webhooks.oldest()));
      readable.set(1);
    } catch (StoreUnavailable _) {
      readable.set(0);
    }
  }

  private long age(Optional<Instant> since) {
    return since
        .map(at -> Math.max(0, Duration.between(at, clock.instant()).toSeconds()))
        .orElse(0L);
  }
}
