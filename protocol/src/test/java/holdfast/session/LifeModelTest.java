package holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The whole of a session's life: every state that it can be in, and every input there is.
///
/// A pair of phase and input is reached when in some state of that phase the input changes the life
/// or has an effect. Those that can't be reached are named here, each with its reason: whoever adds
/// a state or an input has to say what they mean to each other.
class LifeModelTest {
  private static final Set<String> WITHOUT_SOCKET =
      Set.of("Stopped", "Restarting", "Waiting", "Conflicted", "LoggedOut", "Refused");

  private static final Set<String> BY_A_CONNECTION =
      Set.of(
          "ConnectionClosed",
          "Ended",
          "RefsOffered",
          "CodeShown",
          "Paired",
          "LoggedIn",
          "Proven",
          "PingAnswered",
          "AccountChanged");

  static Stream<Policy> policies() {
    return Stream.of(LifeWalk.MANAGED, LifeWalk.MANUAL);
  }

  @ParameterizedTest
  @MethodSource("policies")
  @DisplayName(
      "R1, R2, R7, R8: whatever happens in whatever state, what always holds still holds; and each"
          + " pair of state and input is reached, or named with the reason why it can't be")
  void holdsEverywhere(Policy policy) {
    var walk = LifeWalk.of(policy); // holds LifeRules against every step

    var out = unreachable(policy);
    print(walk, out);
    for (var phase : names(Phase.class)) {
      for (var input : names(Life.Input.class)) {
        boolean reached = walk.reached(phase, input);
        var reason = out.getOrDefault(phase, Map.of()).get(input);
        assertThat(reached ^ (reason != null))
            .as("%s × %s: reached %s, named %s", phase, input, reached, reason)
            .isTrue();
      }
    }
  }

  private static void print(LifeWalk walk, Map<String, Map<String, String>> out) {
    System.out.println(walk);
    for (var phase : names(Phase.class)) {
      System.out.println("  " + phase + " × " + walk.pairs.getOrDefault(phase, Set.of()));
      var reasons = new TreeMap<String, Set<String>>();
      out.getOrDefault(phase, Map.of())
          .forEach(
              (input, reason) -> reasons.computeIfAbsent(reason, _ -> new TreeSet<>()).add(input));
      reasons.forEach((reason, inputs) -> System.out.println("    not " + inputs + ": " + reason));
    }
  }

  // ---- what can't be reached, and why

  /// Reasons by input by phase.
  private static Map<String, Map<String, String>> unreachable(Policy policy) {
    var out = new Out();
    WITHOUT_SOCKET.forEach(
        phase ->
            out.never(
                "it owns no connection, so whatever speaks is an older one (R7)",
                phase,
                BY_A_CONNECTION));
    duringAConnection(out);
    for (var phase : names(Phase.class)) {
      if (!phase.equals("Waiting")) {
        out.never("only a reconnect that is planned can be brought forward", phase, "Nudge");
      }
      if (!phase.equals("Stopped")) {
        out.never("what runs or has come to an end is not restored", phase, "Restore");
      }
    }
    for (var phase : Set.of("Stopped", "Connected", "Conflicted", "LoggedOut", "Refused")) {
      out.never("no start is under way, so nobody waits for one", phase, "GiveUp");
    }
    for (var phase : Set.of("Stopped", "Conflicted", "LoggedOut", "Refused")) {
      out.never("it has no deadline: who starts it looks at the time", phase, "Alarm");
    }
    if (!policy.managed()) {
      out.never(
          "under `manual` only a refused revision is waited for, which nothing cuts short",
          "Waiting",
          "Nudge");
      out.never(
          "under `manual` nothing is tried again, so the end that came first stands",
          "Closing",
          "Ended");
      names(Life.Input.class)
          .forEach(
              input ->
                  out.never("under `manual` a conflict stops it at once", "Conflicted", input));
    }
    return out.reasons;
  }

  private static void duringAConnection(Out out) {
    var onShow = "its codes are on show: the server gives them once a connection, and no login";
    for (var phase : Set.of("AwaitingScan", "AwaitingCode")) {
      out.never(onShow, phase, "RefsOffered", "LoggedIn", "Proven", "PingAnswered");
    }
    out.never("nothing to show before the server has offered refs", "Connecting", "CodeShown");
    out.never("a ping goes out only after the login", "Connecting", "Proven", "PingAnswered");
    for (var phase : Set.of("Verifying", "Connected")) {
      out.never(
          "the login is through: nothing more is to be linked",
          phase,
          "RefsOffered",
          "CodeShown",
          "Paired",
          "LoggedIn");
    }
    out.never("its ping is the probe: no other goes out before", "Verifying", "PingAnswered");
    out.never("it has been proven already", "Connected", "Proven");
    out.never(
        "it is on its way out: only its end counts, and what ends the link",
        "Closing",
        "RefsOffered",
        "CodeShown",
        "Paired",
        "LoggedIn",
        "Proven",
        "PingAnswered");
  }

  private static final class Out {
    final Map<String, Map<String, String>> reasons = new TreeMap<>();

    void never(String reason, String phase, String... inputs) {
      never(reason, phase, Set.of(inputs));
    }

    void never(String reason, String phase, Set<String> inputs) {
      var named = reasons.computeIfAbsent(phase, _ -> new TreeMap<>());
      inputs.forEach(input -> named.put(input, reason));
    }
  }

  private static Set<String> names(Class<?> sealed) {
    var names = new TreeSet<String>();
    for (var type : sealed.getPermittedSubclasses()) {
      names.add(type.getSimpleName());
    }
    return names;
  }
}
