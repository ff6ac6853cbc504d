package holdfast.message;

import holdfast.store.Draft;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;

/// How many messages may go out in any 60 seconds (R35); without a number, as many as there are.
public record Pacing(OptionalInt perMinute) {
  /// What is kind to a number that isn't to be restricted.
  public static final Pacing CAREFUL = new Pacing(OptionalInt.of(20));

  public static final Pacing OFF = new Pacing(OptionalInt.empty());

  private static final Duration WINDOW = Duration.ofSeconds(60);

  /// How many more may go now.
  public int allowance(Draft draft, Instant now) {
    if (perMinute.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    int limit = perMinute.getAsInt();
    long counted =
        draft.sendingTimes(limit).stream().filter(time -> time.plus(WINDOW).isAfter(now)).count();
    return Math.max(0, limit - (int) counted);
  }

  /// When the next one may go: `now` when it may at once.
  public Instant next(Draft draft, Instant now) {
    if (allowance(draft, now) > 0) {
      return now;
    }
    var times = draft.sendingTimes(perMinute.orElse(1));
    return times.isEmpty() ? now.plus(WINDOW) : times.getLast().plus(WINDOW);
  }
}
