package holdfast.message;

import holdfast.store.Draft;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.OptionalInt;

/// How many messages may go out in any `window`, 60 seconds if nothing else is said (R35);
/// without a number, as many as there are.
public record Pacing(OptionalInt most, Duration window) {
  /// What is kind to a number that isn't to be restricted.
  public static final Pacing CAREFUL = new Pacing(OptionalInt.of(20));

  public static final Pacing OFF = new Pacing(OptionalInt.empty());

  /// So many in any minute.
  public Pacing(OptionalInt perMinute) {
    this(perMinute, Duration.ofMinutes(1));
  }

  /// How many more may go now.
  public int allowance(Draft draft, Instant now) {
    if (most.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    int limit = most.getAsInt();
    long counted =
        draft.sendingTimes(limit).stream().filter(time -> time.plus(window).isAfter(now)).count();
    return Math.max(0, limit - (int) counted);
  }

  /// When the next one may go: `now` when it may at once.
  public Instant next(Draft draft, Instant now) {
    return allowance(draft, now) > 0 ? now : freed(draft, now);
  }

  /// When the window has another place than those that are free now: the oldest's in it, or else
  /// that of one that goes now.
  public Instant freed(Draft draft, Instant now) {
    return draft.sendingTimes(most.orElse(1)).stream()
        .map(time -> time.plus(window))
        .filter(end -> end.isAfter(now))
        .min(Comparator.naturalOrder())
        .orElse(now.plus(window));
  }
}
