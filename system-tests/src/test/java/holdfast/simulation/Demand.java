package holdfast.simulation;

import java.util.ArrayList;
import java.util.List;

/// What a run must have been through to count: each pair of state and input that can be met, and
/// each fault, as often as the seeds played allow to ask for.
record Demand(long pair, long fault) {
  static final Demand NONE = new Demand(0, 0);
  private static final long FULL = 1_000_000;
  private static final long SOME = 20_000;

  /// A thousand and ten thousand times in a full run; in a shorter one each at all; in a few seeds
  /// nothing.
  static Demand of(long seeds) {
    if (seeds >= FULL) {
      return new Demand(1_000, 10_000);
    }
    return seeds >= SOME ? new Demand(1, seeds / 100) : NONE;
  }

  /// What is missing, and what was met though it is said to be impossible.
  List<String> unmet(Tally met) {
    var all = new ArrayList<String>();
    var reachable = Pairs.reachable();
    for (var name : reachable) {
      long times = met.pairs().getOrDefault(name, 0L);
      if (times < pair) {
        all.add("too rare: %s was met %d times, not %d".formatted(name, times, pair));
      }
    }
    met.pairs().keySet().stream()
        .filter(name -> !reachable.contains(name))
        .forEach(name -> all.add("said to be impossible, and met: " + name));
    for (var each : Fault.values()) {
      long times = met.faults().getOrDefault(each.name(), 0L);
      if (times < fault) {
        all.add("too rare: %s was met %d times, not %d".formatted(each, times, fault));
      }
    }
    return all;
  }
}
