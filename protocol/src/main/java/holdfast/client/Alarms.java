package holdfast.client;

import java.time.Instant;

/// Rings once at a moment, or as soon after it as can be.
public interface Alarms {
  Alarm set(Instant at, Runnable ring);

  interface Alarm {
    /// Harmless when it has rung.
    void cancel();
  }
}
