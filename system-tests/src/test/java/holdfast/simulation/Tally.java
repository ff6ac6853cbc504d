package holdfast.simulation;

import holdfast.session.Input;
import holdfast.session.Phase;
import holdfast.stanza.Element;
import java.util.Map;
import java.util.TreeMap;

/// How often each pair of state and input, and each fault, was met.
final class Tally {
  private final Map<String, Long> pairs = new TreeMap<>();
  private final Map<String, Long> faults = new TreeMap<>();
  private final Map<Class<?>, Map<String, long[]>> quick = new java.util.HashMap<>();
  private final Map<Fault, Long> byFault = new java.util.EnumMap<>(Fault.class);
  private long inputs;

  void met(Fault fault) {
    byFault.merge(fault, 1L, Long::sum);
  }

  void taken(Phase before, Input input) {
    inputs++;
    quick.computeIfAbsent(before.getClass(), _ -> new java.util.HashMap<>())
        .computeIfAbsent(name(input), _ -> new long[1])[0]++;
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
                (input, times) ->
                    pairs.merge(phase.getSimpleName() + " × " + input, times[0], Long::sum)));
    quick.clear();
    byFault.forEach((fault, times) -> faults.merge(fault.name(), times, Long::sum));
    byFault.clear();
  }

  static String name(Input input) {
    return switch (input) {
      case Input.Start it -> it.forceRelink() ? "Relink" : "Start";
      case Input.Closed it -> "Closed " + it.cause();
      case Input.Received it -> name(it.stanza());
      case Input it -> it.getClass().getSimpleName();
    };
  }

  private static String name(Element stanza) {
    var child = stanza.firstChild().map(Element::tag).orElse("");
    return switch (stanza.tag()) {
      case "iq" -> child.startsWith("pair-") ? child : "iq " + stanza.require("type");
      case "ib" -> "ib " + child;
      case "failure" -> "failure " + stanza.attribute("reason").orElse("");
      case "stream:error" -> "stream:error " + stanza.attribute("code").orElse(child);
      case "receipt" -> "receipt";
      default -> stanza.tag();
    };
  }
}
