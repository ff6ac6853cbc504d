package holdfast.sandbox.world;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Deadlines: by the clock, or by whoever plays time in a test.
public interface Alarms extends AutoCloseable {
  void after(Duration delay, Runnable task);

  @Override
  void close();

  static Alarms byTheClock() {
    ScheduledExecutorService scheduler =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sandbox-alarms").factory());
    return new Alarms() {
      @Override
      public void after(Duration delay, Runnable task) {
        if (!scheduler.isShutdown()) {
          var _ = scheduler.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
      }

      @Override
      public void close() {
        scheduler.shutdownNow();
      }
    };
  }
}
