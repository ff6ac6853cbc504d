package holdfast.simulation;

import holdfast.session.Session;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// How often each pair of state and input, and each fault, was met.
final class Tally {
  private final Map<String, Long> pairs = new TreeMap<>();
  private final Map<String, Long> faults = new TreeMap<>();
  private final Map<Class<?>, Map<Class<?>, long[]>> quick = new HashMap<>();
  private final Map<Fault, Long> byFault = new java.util.EnumMap<>(Fault.class);
  private long inputs;

  void met(Fault fault) {
    byFault.merge(fault, 1L, Long::sum);
  }

  /// Another input was taken by a mailbox.
  void taken() {
    inputs++;
  }

  /// The life was given something.
  void lived(Session.Lived given) {
    quick.computeIfAbsent(given.before().getClass(), _ -> new HashMap<>())
        .computeIfAbsent(given.input().getClass(), _ -> new long[1])[0]++;
  }

  long inputs() {
    return inputs;
  }

  /// Adds what another one has counted.
  void add(Tally other) {
    other.settle();
    other.pairs.forEach((pair, times) -> pairs.merge(pair, times, Long::sum));
    other.faults.forEach((fault, times) -> faults.merge(fault, times, Long::sum));
    inputs += other.inputs;
  }

  void addInputs(long times) {
    inputs += times;
  }

  void addPair(String pair, long times) {
    pairs.merge(pair, times, Long::sum);
  }

  void addFault(String fault, long times) {
    faults.merge(fault, times, Long::sum);
  }

  Map<String, Long> pairs() {
    settle();
    return pairs;
  }

  Map<String, Long> faults() {
    settle();
    return faults;
  }

  private void settle() {
    quick.forEach(
        (phase, byInput) ->
            byInput.forEach(
                (input, times) -> pairs.merge(Pairs.name(phase, input), times[0], Long::sum)));
    quick.clear();
    byFault.forEach((fault, times) -> faults.merge(fault.name(), times, Long::sum));
    byFault.clear();
  }
}
