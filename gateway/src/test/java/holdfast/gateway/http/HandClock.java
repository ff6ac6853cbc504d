package holdfast.gateway.http;

import holdfast.client.Alarms;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A clock that goes on when a test says so, and its alarms.
final class HandClock implements InstantSource, Alarms {
  private record Set(Instant at, Runnable ring) {}

  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final List<Set> alarms = new ArrayList<>();

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public synchronized Alarm set(Instant at, Runnable ring) {
    var set = new Set(at, ring);
    alarms.add(set);
    return () -> cancel(set);
  }

  private synchronized void cancel(Set set) {
    alarms.remove(set);
  }

  synchronized int waiting() {
    return alarms.size();
  }

  void advance(Duration by) {
    List<Set> due;
    synchronized (this) {
      now = now.plus(by);
      due =
          alarms.stream()
              .filter(set -> !set.at().isAfter(now))
              .sorted(Comparator.comparing(Set::at))
              .toList();
      alarms.removeAll(due);
    }
    due.forEach(set -> set.ring().run());
  }
}
