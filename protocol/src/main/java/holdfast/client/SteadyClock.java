package holdfast.client;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// The machine's clock, but for what its being set back would do: deadlines would stand still for
/// as long. Here time never goes back, and never runs at less than half its speed: so after a step
/// back it is ahead, and the machine's clock catches up with it. A step forward is taken at once.
public final class SteadyClock implements InstantSource {
  private final InstantSource machine;
  private final LongSupplier nanos;
  private Instant last;
  private long lastNanos;

  /// `nanos`: time that has passed since some moment, whatever is done to the clock.
  SteadyClock(InstantSource machine, LongSupplier nanos) {
    this.machine = machine;
    this.nanos = nanos;
    this.last = machine.instant();
    this.lastNanos = nanos.getAsLong();
  }

  public static SteadyClock system() {
    return new SteadyClock(InstantSource.system(), System::nanoTime);
  }

  @Override
  public synchronized Instant instant() {
    long now = nanos.getAsLong();
    var least = last.plusNanos((now - lastNanos) / 2);
    var shown = machine.instant();
    last = shown.isBefore(least) ? least : shown;
    lastNanos = now;
    return last;
  }
}
