package holdfast.gateway.telemetry;

import holdfast.client.SessionLoop;
import holdfast.client.Store;
import holdfast.gateway.store.Database;
import holdfast.session.Status;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/// The metrics of this process, as Prometheus reads them (R39).
public final class Metrics implements AutoCloseable {
  /// The text form that [#scrape] answers with.
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final InstantSource clock;
  private final Meters meters;
  private final Levels levels;

  public Metrics(InstantSource clock) {
    this.clock = clock;
    this.meters = new Meters(registry);
    this.levels = new Levels(registry, clock);
    List.of(
            new JvmMemoryMetrics(),
            collections,
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics())
        .forEach(binder -> binder.bindTo(registry));
  }

  /// From now on what this session goes through is counted.
  public void watch(SessionLoop loop) {
    var meter = new SessionMeter(meters, clock, loop.status());
    loop.watch(meter);
    loop.hear(meter::heard);
    loop.listen(meters::happened);
  }

  /// The same store, its commits timed.
  public Store timed(Store store) {
    return new TimedStore(store, meters);
  }

  /// Everything as it stands now. `sessions` hands over every session's status.
  public String scrape(Consumer<Consumer<Status>> sessions, Database database) {
    levels.sessions(sessions);
    levels.store(database.depths(), database.waitingWrites());
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
