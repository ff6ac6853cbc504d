package holdfast.simulation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Which faults one seed knows, how likely each is, and which of them lie in wait. Every seed draws
/// a subset of its own, so that what is rare together is met as well.
final class Swarm {
  /// What is rare by itself, and rarer together.
  private static final List<List<Fault>> THEMES =
      List.of(
          List.of(Fault.CONFLICT, Fault.CONFLICT, Fault.RIVAL, Fault.SLOW_END, Fault.COMMIT_FAILS),
          List.of(Fault.CONFLICT, Fault.RIVAL, Fault.CONFLICT, Fault.SLOW_END, Fault.SLOW_END),
          List.of(Fault.CONFLICT, Fault.CONFLICT, Fault.SLOW_END, Fault.SLOW_END, Fault.BUSY),
          List.of(Fault.CONFLICT, Fault.SLOW_END, Fault.SLOW_END, Fault.BUSY, Fault.BUSY),
          List.of(
              Fault.STREAM_515,
              Fault.STREAM_515,
              Fault.STREAM_515,
              Fault.LATE_ALARM,
              Fault.LATE_ALARM,
              Fault.COMMIT_FAILS,
              Fault.COMMIT_FAILS,
              Fault.ORDERLY_RESTART),
          List.of(Fault.FAILURE_403, Fault.FAILURE_401, Fault.SLOW_END, Fault.SLOW_END),
          List.of(Fault.DEVICE_REMOVED, Fault.DOWNGRADE_411, Fault.SLOW_END, Fault.SLOW_END),
          List.of(Fault.STREAM_503, Fault.HALF_OPEN, Fault.SLOW_END, Fault.SLOW_END));

  private final Chance chance;
  private final Tally tally;
  private final List<Fault> weighted = new ArrayList<>();
  private final Map<Fault, Integer> waiting = new EnumMap<>(Fault.class);
  private boolean over;
  private int given;
  private final boolean sluggish;

  /// `known`: the faults of this world; one that stands there more often is drawn more often.
  Swarm(Chance chance, Tally tally, Fault[] known) {
    this.chance = chance;
    this.tally = tally;
    boolean themed = known.length == Fault.values().length && chance.oneIn(3);
    if (themed) {
      weighted.addAll(chance.of(THEMES));
    }
    this.sluggish = chance.oneIn(themed ? 2 : 6);
    int one = 2 + chance.below(8);
    for (int index = 0; index < one; index++) {
      var fault = chance.of(known);
      int weight = 1 + chance.below(4);
      for (int times = 0; times < weight; times++) {
        weighted.add(fault);
      }
    }
  }

  Fault draw() {
    return weighted.get(chance.below(weighted.size()));
  }

  /// It happens at the next occasion.
  void lieInWait(Fault fault) {
    if (!over) {
      waiting.merge(fault, 1, Integer::sum);
    }
  }

  /// Whether it happens now, having lain in wait.
  boolean strikes(Fault fault) {
    var left = waiting.get(fault);
    if (left == null) {
      return false;
    }
    if (left == 1) {
      waiting.remove(fault);
    } else {
      waiting.put(fault, left - 1);
    }
    met(fault);
    return true;
  }

  /// It happened.
  void met(Fault fault) {
    given++;
    tally.met(fault);
  }

  /// Whether mailboxes are served late, so that much is taken at once.
  boolean isSluggish() {
    return sluggish;
  }

  int given() {
    return given;
  }

  /// From now on nothing goes wrong any more.
  void stop() {
    over = true;
    waiting.clear();
  }
}
