package holdfast.session;

import java.time.Duration;
import java.time.Instant;

/// How a tenant wants its session brought back (R15, R16).
///
/// `managed`: reconnect by itself; else (`manual`) only a 515 does. `maxDelay`: the longest
/// back-off. `conflictMax`: at which conflict it stops; `coolDown`: for how long nothing begins
/// then. `times`: R20. `turns`: what all sessions of the process share.
public record Policy(
    boolean managed,
    Duration maxDelay,
    int conflictMax,
    Duration coolDown,
    Times times,
    Turns turns) {
  /// When attempts go that no server has answered (R15): the process lets only so many go in a
  /// second.
  public interface Turns {
    /// As often as they like.
    Turns FREE = earliest -> earliest;

    /// The next free turn, at `earliest` or later; it is taken.
    Instant take(Instant earliest);
  }

  public static final Duration COOL_DOWN = Duration.ofSeconds(30);

  public static final Policy MANAGED = new Policy(true, Duration.ofMinutes(5), 3);
  public static final Policy MANUAL = new Policy(false, Duration.ofMinutes(5), 3);

  /// With the usual cool-down and times.
  public Policy(boolean managed, Duration maxDelay, int conflictMax) {
    this(managed, maxDelay, conflictMax, COOL_DOWN);
  }

  /// With the usual times.
  public Policy(boolean managed, Duration maxDelay, int conflictMax, Duration coolDown) {
    this(managed, maxDelay, conflictMax, coolDown, Times.STANDARD, Turns.FREE);
  }

  public Policy with(Times other) {
    return new Policy(managed, maxDelay, conflictMax, coolDown, other, turns);
  }

  public Policy with(Turns other) {
    return new Policy(managed, maxDelay, conflictMax, coolDown, times, other);
  }
}
