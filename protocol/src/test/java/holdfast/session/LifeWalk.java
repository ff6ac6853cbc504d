package holdfast.session;

import holdfast.stanza.Jid;
import holdfast.store.Account;
import holdfast.store.Control;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// Walks the whole of [Life]: from a new session over every input, until no state is new.
///
/// The walk is finite because a state is taken as its class: times relative to now and rounded down
/// to a few spans, generations counted from the newest, callers by their place, counters that only
/// stretch a delay left out (the delay itself is tried at both of its ends).
final class LifeWalk {
  static final Policy MANAGED = new Policy(true, Duration.ofMinutes(5), 2);
  static final Policy MANUAL = new Policy(false, Duration.ofMinutes(5), 2);

  static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  /// The generation that a state is shifted to.
  static final long GENERATION = 10;

  private static final List<Duration> SPANS =
      List.of(
          Duration.ofMinutes(3),
          Duration.ofMinutes(1),
          Duration.ofSeconds(20),
          Duration.ofSeconds(2),
          Duration.ofMillis(300));

  static final Account ACCOUNT =
      new Account(
          Jid.phone("15550100001").withDevice(7),
          Jid.lid("210000000000009").withDevice(7),
          Optional.of("Ann"),
          "android");

  static final List<Ending> ENDINGS =
      List.of(
          new Ending(Ending.Kind.RESTART, 515, "restart_required", ""),
          new Ending(Ending.Kind.UNREACHABLE, 408, "unreachable", ""),
          new Ending(Ending.Kind.LOST, 428, "connection_closed", ""),
          new Ending(Ending.Kind.CONFLICT, 440, "conflict_replaced", ""),
          new Ending(Ending.Kind.LOGGED_OUT, 401, "logged_out", ""),
          new Ending(Ending.Kind.REFUSED, 402, "banned_for_a_time", ""),
          new Ending(Ending.Kind.BARRED, 403, "forbidden", ""),
          new Ending(Ending.Kind.OUTDATED, 405, "client_outdated", ""),
          Ending.CODES_EXPIRED);

  /// One step of the walk, as it is shown to a check.
  record Seen(Life before, Life.Input input, Instant at, Life after, List<Life.Effect> effects) {
    /// Whether anything follows, but that the record of a life just restored takes the word of what
    /// it has become.
    boolean mattered() {
      return !effects.isEmpty() || !wordless(after).equals(wordless(before));
    }

    private static Life wordless(Life life) {
      return new Life(life.phase(), life.control().withPhase(""));
    }
  }

  /// Names of inputs by the names of the phases in which something follows from them.
  final Map<String, Set<String>> pairs = new TreeMap<>();

  /// Labels by `from --> to` of the words that people see.
  final Map<String, Set<String>> edges = new TreeMap<>();

  private final Policy policy;
  private final Set<Life> reached = new LinkedHashSet<>();
  private final ArrayDeque<Life> ahead = new ArrayDeque<>();

  private LifeWalk(Policy policy) {
    this.policy = policy;
  }

  private static final Map<Policy, LifeWalk> WALKED = new HashMap<>();

  /// The whole walk under this policy, with [LifeRules] held against every step; made once.
  static synchronized LifeWalk of(Policy policy) {
    var known = WALKED.get(policy);
    if (known != null) {
      return known;
    }
    var walk = new LifeWalk(policy);
    walk.run();
    WALKED.put(policy, walk);
    return walk;
  }

  boolean reached(String phase, String input) {
    return pairs.getOrDefault(phase, Set.of()).contains(input);
  }

  @Override
  public String toString() {
    return reached.size() + " states under " + policy;
  }

  private void run() {
    meet(new Life(new Phase.Stopped(Optional.empty()), Control.NEW), NOW);
    while (!ahead.isEmpty()) {
      var life = ahead.remove();
      for (var input : inputs(life)) {
        tryOut(life, input, NOW);
      }
      life.phase().deadline().ifPresent(due -> tryOut(life, new Life.Input.Alarm(), due));
      meet(Life.restored(life.control()), NOW);
    }
  }

  private void tryOut(Life life, Life.Input input, Instant at) {
    for (var random : chances(input)) {
      var step = Life.step(life, input, at, policy, random);
      var seen = new Seen(life, input, at, step.life(), step.effects());
      LifeRules.hold(seen);
      if (seen.mattered()) {
        pairs.computeIfAbsent(name(life.phase()), _ -> new TreeSet<>()).add(name(input));
      }
      draw(life.phase(), step.life().phase().word(), input);
      meet(step.life(), at);
    }
  }

  private void draw(Phase before, String to, Life.Input input) {
    var from = before.word();
    if (!from.equals(to)) {
      edges.computeIfAbsent(from + " --> " + to, _ -> new TreeSet<>()).add(label(before, input));
    }
  }

  private void meet(Life life, Instant now) {
    var shape = new LifeShape(now).of(life);
    if (reached.add(shape)) {
      ahead.add(shape);
    }
  }

  /// The nearest of the few spans, rounded down.
  static Instant rounded(Instant at, Instant now) {
    for (var span : SPANS) {
      if (!at.isBefore(now.plus(span))) {
        return NOW.plus(span);
      }
    }
    return NOW;
  }

  // ---- what can happen

  private static List<Life.Input> inputs(Life life) {
    var all = new ArrayList<Life.Input>();
    long mine = life.control().generation();
    all.addAll(ofConnection(mine));
    all.addAll(ofConnection(mine - 1));
    all.add(new Life.Input.Restore());
    all.add(new Life.Input.Nudge(Life.Why.SEND));
    all.add(new Life.Input.Nudge(Life.Why.NETWORK));
    all.add(new Life.Input.Alarm());
    var busy = waiting(life);
    busy.forEach(caller -> all.add(new Life.Input.GiveUp(caller)));
    if (busy.size() < 2) {
      var caller = new Caller(busy.size() + 1);
      all.add(new Life.Input.GiveUp(caller));
      all.add(new Life.Input.Stop(caller));
      all.add(new Life.Input.ShutDown(caller));
      all.add(new Life.Input.Unlinked(caller));
      for (var wait : Input.Wait.values()) {
        all.add(new Life.Input.Start(caller, wait, false));
        all.add(new Life.Input.Start(caller, wait, true));
      }
    }
    return all;
  }

  private static List<Life.Input> ofConnection(long generation) {
    var all = new ArrayList<Life.Input>();
    for (var ending : ENDINGS) {
      all.add(new Life.Input.Ended(generation, ending));
      all.add(new Life.Input.ConnectionClosed(generation, ending));
    }
    all.add(new Life.Input.RefsOffered(generation, List.of("first", "second")));
    all.add(new Life.Input.RefsOffered(generation, List.of()));
    all.add(new Life.Input.CodeShown(generation, NOW.plusSeconds(160)));
    all.add(new Life.Input.Paired(generation, ACCOUNT));
    all.add(new Life.Input.LoggedIn(generation));
    all.add(new Life.Input.Proven(generation));
    all.add(new Life.Input.PingAnswered(generation));
    all.add(new Life.Input.AccountChanged(generation, ACCOUNT.withPushName("Anne")));
    return all;
  }

  /// Everybody who is still to be answered.
  static List<Caller> waiting(Life life) {
    var all = new ArrayList<Caller>();
    life.attempt().ifPresent(it -> it.waiters().forEach(waiter -> all.add(waiter.caller())));
    if (life.phase() instanceof Phase.Closing it) {
      all.addAll(it.stoppers());
    }
    return all;
  }

  // ---- names

  static String name(Object of) {
    return of.getClass().getSimpleName();
  }

  private static String label(Phase before, Life.Input input) {
    return switch (input) {
      case Life.Input.Ended it -> label(it.ending());
      case Life.Input.ConnectionClosed _ when before instanceof Phase.Closing -> "closed";
      case Life.Input.ConnectionClosed it -> label(it.ending());
      case Life.Input.Start it -> it.forceRelink() ? "relink" : "start";
      case Life.Input.Alarm _ -> "time";
      case Life.Input.Nudge it -> it.why() == Life.Why.NETWORK ? "network back" : "send";
      case Life.Input other -> LABELS.getOrDefault(name(other), name(other));
    };
  }

  private static String label(Ending ending) {
    return ending.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static final Map<String, String> LABELS =
      new LinkedHashMap<>(
          Map.of(
              "Stop", "stop",
              "ShutDown", "shut down",
              "Restore", "restore",
              "RefsOffered", "refs",
              "CodeShown", "code",
              "Paired", "paired",
              "LoggedIn", "success",
              "Proven", "probe passed",
              "Unlinked", "log out"));

  /// Only the end of a connection leaves anything to chance: how long to wait.
  private static List<RandomGenerator> chances(Life.Input input) {
    return switch (input) {
      case Life.Input.Ended _, Life.Input.ConnectionClosed _, Life.Input.Alarm _ ->
          List.of(shortest(), longest());
      case Life.Input _ -> List.of(shortest());
    };
  }

  private static RandomGenerator shortest() {
    return () -> 0L;
  }

  static RandomGenerator longest() {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return -1L;
      }

      @Override
      public long nextLong(long bound) {
        return bound - 1;
      }
    };
  }
}
