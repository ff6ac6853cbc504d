package holdfast.client;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Alarms by the machine's clock, on one daemon thread for all sessions.
public final class ClockAlarms implements Alarms, AutoCloseable {
  private final InstantSource clock;
  private final ScheduledThreadPoolExecutor thread;

  public ClockAlarms(InstantSource clock) {
    this.clock = clock;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("holdfast-alarms").daemon().factory());
    thread.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Alarm set(Instant at, Runnable ring) {
    var delay = Duration.between(clock.instant(), at).plusMillis(1);
    var set = thread.schedule(ring, Math.max(0, delay.toMillis()), TimeUnit.MILLISECONDS);
    return () -> set.cancel(false);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
