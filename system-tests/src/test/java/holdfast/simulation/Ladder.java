package holdfast.simulation;

/// Conflicts as they are counted from outside, and when the next socket may be opened at the
/// earliest (R16).
///
/// Where it can't be told whether a conflict was heard (somebody asked for something at that
/// moment, or a batch was dropped) nothing is demanded until the next one that it can be told of.
final class Ladder {
  private static final long FORGOTTEN_MS = 600_000;
  private static final long COOL_DOWN_MS = 30_000;

  private final boolean managed;
  private final int max;
  private int count;
  private boolean sure = true;
  private long lastMs = Long.MIN_VALUE / 2;
  private long notBeforeMs;
  private long coolUntilMs;

  Ladder(boolean managed, int max) {
    this.managed = managed;
    this.max = max;
  }

  /// When the last conflict was heard of.
  long lastMs() {
    return lastMs;
  }

  void unsure() {
    sure = false;
    notBeforeMs = 0;
    coolUntilMs = 0;
  }

  void conflict(long now, boolean doubtful) {
    if (now >= lastMs + FORGOTTEN_MS) {
      count = 0;
      sure = true;
    }
    lastMs = now;
    if (doubtful) {
      unsure();
    }
    if (!managed || !sure) {
      return;
    }
    count++;
    if (count >= max) {
      count = 0;
      coolUntilMs = now + COOL_DOWN_MS;
    } else {
      notBeforeMs = now + Math.min(5_000L * count, 30_000);
    }
  }

  /// A stop ends the wait, and a start after it begins anew; nothing ends the cool-down.
  void opens(long now, long lastStartMs, long lastStopMs) {
    if (now < coolUntilMs) {
      throw new Broken("R16: a socket is opened while it cools down");
    }
    boolean begunAnew = lastStopMs >= lastMs && lastStartMs >= lastStopMs;
    if (now < notBeforeMs && !begunAnew) {
      throw new Broken("R16: a socket is opened " + (notBeforeMs - now) + " ms too early");
    }
  }
}
