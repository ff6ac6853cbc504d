package holdfast.simulation;

import java.time.Instant;
import java.util.PriorityQueue;

/// Time, and what is to happen in it. What is due at the same moment happens in the order in which
/// it was planned.
final class Agenda {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  /// Something planned; once cancelled it doesn't happen.
  static final class Plan implements Comparable<Plan> {
    private final long at;
    private final long number;
    private final Runnable task;
    private boolean cancelled;

    private Plan(long at, long number, Runnable task) {
      this.at = at;
      this.number = number;
      this.task = task;
    }

    void cancel() {
      cancelled = true;
    }

    @Override
    public int compareTo(Plan other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  private final PriorityQueue<Plan> plans = new PriorityQueue<>();
  private long nowMs;
  private long planned;

  /// Milliseconds since the beginning.
  long nowMs() {
    return nowMs;
  }

  Instant now() {
    return NOON.plusMillis(nowMs);
  }

  Plan after(long delayMs, Runnable task) {
    var plan = new Plan(nowMs + Math.max(0, delayMs), planned++, task);
    plans.add(plan);
    return plan;
  }

  Plan at(Instant when, Runnable task) {
    return after(when.toEpochMilli() - NOON.toEpochMilli() - nowMs, task);
  }

  /// Lets the next thing happen; false when nothing is due until then.
  boolean step(long untilMs) {
    var plan = plans.peek();
    if (plan == null || plan.at > untilMs) {
      nowMs = Math.max(nowMs, untilMs);
      return false;
    }
    plans.remove();
    if (!plan.cancelled) {
      nowMs = plan.at;
      plan.task.run();
    }
    return true;
  }
}
