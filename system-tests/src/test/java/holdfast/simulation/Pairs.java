package holdfast.simulation;

import holdfast.session.Life;
import holdfast.session.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The pairs of a state of the life and something that it is given.
///
/// The walk over the bare life tries each of them. A session with its loop doesn't bring all of
/// them about; those that it can't are named here, each with its reason.
final class Pairs {
  private static final List<String> ENDED =
      List.of("Stopped", "Restarting", "Waiting", "Conflicted", "LoggedOut", "Refused");

  /// Phases in which an input can't come, by the input, and why.
  private record Never(List<String> phases, String why) {}

  private static final Map<String, List<Never>> NEVER = new LinkedHashMap<>();

  static {
    var silent = new Never(ENDED, "what a connection says is heard while the life owns it");
    for (var said : List.of("Ended", "RefsOffered", "CodeShown", "Paired")) {
      never(said, silent);
    }
    for (var said : List.of("LoggedIn", "Proven", "PingAnswered", "AccountChanged")) {
      never(said, silent);
    }
    var pairing = List.of("AwaitingScan", "AwaitingCode");
    var login = new Never(pairing, "who makes a link has no login: a success ends the attempt");
    never("LoggedIn", login);
    never("AccountChanged", login);
    never("Proven", new Never(pairing, "nothing is asked before a login"));
    never("PingAnswered", new Never(pairing, "nothing is asked before a login"));
    never("Proven", new Never(List.of("Connecting"), "the probe follows the login"));
    never("Proven", new Never(List.of("Connected"), "the probe is answered once"));
    never(
        "PingAnswered",
        new Never(List.of("Connecting", "Verifying"), "pings begin with the connected state"));
    never(
        "CodeShown",
        new Never(List.of("Verifying", "Connected"), "a login isn't the connection of a pairing"));
    never(
        "Paired",
        new Never(
            List.of("Connecting", "Verifying", "Connected", "Closing"),
            "a phone's word counts while its code is on show"));
    never(
        "ConnectionClosed",
        new Never(
            List.of("Restarting"),
            "the pause is shorter than an end is awaited, and opening awaits all older ends"));
    never("Nudge", new Never(List.of("LoggedOut", "Refused"), "R18: nothing is taken to be sent"));
  }

  private Pairs() {}

  private static void never(String input, Never never) {
    NEVER.computeIfAbsent(input, _ -> new ArrayList<>()).add(never);
  }

  static String name(Class<?> phase, Class<?> input) {
    return name(phase.getSimpleName(), input.getSimpleName());
  }

  private static String name(String phase, String input) {
    return phase + " × " + input;
  }

  /// Why a pair can't be met; empty for one that can.
  static Optional<String> whyNever(String phase, String input) {
    return NEVER.getOrDefault(input, List.of()).stream()
        .filter(it -> it.phases().contains(phase))
        .map(Never::why)
        .findFirst();
  }

  /// Those that a session with its loop can bring about.
  static Set<String> reachable() {
    var names = new TreeSet<String>();
    for (var phase : Phase.class.getPermittedSubclasses()) {
      for (var input : Life.Input.class.getPermittedSubclasses()) {
        if (whyNever(phase.getSimpleName(), input.getSimpleName()).isEmpty()) {
          names.add(name(phase, input));
        }
      }
    }
    return names;
  }
}
