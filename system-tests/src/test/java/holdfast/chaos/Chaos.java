package holdfast.chaos;

import holdfast.chaos.Oracle.Verdict;
import holdfast.sandbox.world.FaultLog;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/// Linked tenants under all faults at once, with callers who hammer; then the faults end, and each
/// tenant must come to what the [Oracle] says.
final class Chaos {
  record Plan(int tenants, Duration time, long seed) {}

  /// What a run has shown. `wrong`: tenants that didn't come to what they should have, each with
  /// its state and what it should be.
  record Shown(
      List<String> wrong,
      int doubtful,
      Map<String, Long> states,
      Map<String, Long> faults,
      Map<String, Long> answers,
      long replacedLive,
      long keysReused,
      Vitals before,
      Vitals after) {
    /// Threads and handles as before; the heap within a twentieth. At most a quarter in doubt.
    boolean holds() {
      return wrong.isEmpty()
          && doubtful <= states.values().stream().mapToLong(Long::longValue).sum() / 4
          && replacedLive == 0
          && keysReused == 0
          && after.threads() <= before.threads() + SPARE
          && after.handles() <= before.handles() + SPARE
          && after.heapKiB() <= before.heapKiB() * 21 / 20;
    }

    void print(PrintStream out) {
      out.println("faults    " + faults);
      out.println("answers   " + answers);
      out.println("states    " + states + ", in doubt " + doubtful);
      out.println("replacedLive " + replacedLive + ", keys reused " + keysReused);
      out.println("before    " + before);
      out.println("after     " + after);
      wrong.forEach(it -> out.println("WRONG     " + it));
    }
  }

  /// Pools that follow the load may be larger by so many when it is looked at.
  private static final int SPARE = 3;

  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(30);
  /// Six of them, less what a close of the server's may come early.
  private static final Duration ALL_QRS = Duration.ofSeconds(157);

  private static final Duration WARM_UP = Duration.ofSeconds(5);

  private final Town town;
  private final Plan plan;
  private final PrintStream out;

  Chaos(Town town, Plan plan, PrintStream out) {
    this.town = town;
    this.plan = plan;
    this.out = out;
  }

  /// The gateway's flags for a run.
  static String[] flags() {
    return new String[] {"--reconnect-max-delay", "PT5S", "--conflict-max", "3"};
  }

  Shown run() throws IOException, InterruptedException {
    town.link(plan.tenants());
    new Callers(town, plan.tenants(), plan.seed()).hammer(WARM_UP);
    allConnected();
    var before = vitals();
    out.printf("%d tenants linked; faults for %s%n", plan.tenants(), plan.time());

    Harm.begin(town.sandbox(), plan.seed());
    var callers = new Callers(town, plan.tenants(), plan.seed() + 1);
    callers.hammer(plan.time());
    callers.last();
    town.sandbox().clearFaults();

    var verdicts = verdicts(callers.wishes());
    var states = settled(verdicts, Instant.now().plus(SETTLED_WITHIN));
    var wrong = wrong(verdicts, states).stream().map(this::story).toList();
    var faults =
        town.sandbox().faultLog(0).stream()
            .collect(Collectors.groupingBy(Chaos::kind, TreeMap::new, Collectors.counting()));
    long replacedLive = town.replacedLive();
    allConnected();
    return new Shown(
        wrong,
        (int) verdicts.stream().filter(Verdict::doubtful).count(),
        states.stream()
            .collect(Collectors.groupingBy(it -> it, TreeMap::new, Collectors.counting())),
        faults,
        callers.answers(),
        replacedLive,
        keysReused(),
        before,
        vitals());
  }

  /// As before the first fault: whatever has ended is begun anew, with a new link where need be.
  private void allConnected() throws InterruptedException {
    Town.each(plan.tenants(), tenant -> town.link(tenant, Duration.ZERO));
  }

  private long keysReused() {
    return town.sandbox().violations(Optional.empty()).stream()
        .filter(violation -> violation.kind().equals("key_reused"))
        .count();
  }

  private Vitals vitals() throws IOException, InterruptedException {
    return Vitals.of(town.gateway().pid());
  }

  private static String kind(FaultLog.Entry entry) {
    var settings = entry.settings();
    var detail = settings.getOrDefault("conflict", settings.getOrDefault("code", ""));
    return (entry.fault() + " " + detail).strip();
  }

  /// With all that the gateway and the sandbox know of its tenant.
  private String story(String wrong) {
    int tenant = Integer.parseInt(wrong.substring(1, wrong.indexOf(' ')));
    var path = Town.path(tenant);
    var lines = new ArrayList<String>();
    lines.add(wrong);
    lines.add(town.status(tenant).toString());
    town.gateway()
        .get(path + "/timeline?limit=30")
        .body()
        .findValues("transitions")
        .forEach(all -> all.forEach(one -> lines.add(one.toString())));
    log(tenant).forEach(entry -> lines.add(at(entry) + " " + kind(entry)));
    return String.join("\n    ", lines);
  }

  private static Instant at(FaultLog.Entry entry) {
    return Instant.ofEpochMilli(entry.atMillis());
  }

  private List<FaultLog.Entry> log(int tenant) {
    var number = Town.number(tenant) + ":";
    return town.sandbox().faultLog(0).stream()
        .filter(it -> it.device().filter(key -> key.startsWith(number)).isPresent())
        .toList();
  }

  private List<Verdict> verdicts(Wishes wishes) {
    var verdicts = new ArrayList<Verdict>();
    for (int tenant = 0; tenant < plan.tenants(); tenant++) {
      verdicts.add(Oracle.of(wishes.last(tenant), log(tenant)));
    }
    return verdicts;
  }

  /// The states as soon as all are right, or else at the end of the time for it.
  private List<String> settled(List<Verdict> verdicts, Instant until) {
    while (true) {
      var states = new ArrayList<String>();
      for (int tenant = 0; tenant < plan.tenants(); tenant++) {
        states.add(state(tenant));
      }
      boolean late = Instant.now().isAfter(until);
      if (late || wrong(verdicts, states).isEmpty()) {
        return states;
      }
      LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    }
  }

  /// A stop since nobody scanned isn't one that somebody asked for, if all QRs were shown.
  private String state(int tenant) {
    var status = town.status(tenant);
    var state = status.required("state").asText();
    var reason = status.required("reason").asText();
    if (!state.equals("stopped") || !reason.equals(Oracle.QR_EXPIRED)) {
      return state;
    }
    var refs = Instant.parse(status.required("lastReceivedAt").asText());
    var end = Instant.parse(status.required("lastDisconnect").required("at").asText());
    return Duration.between(refs, end).compareTo(ALL_QRS) > 0 ? reason : state;
  }

  private List<String> wrong(List<Verdict> verdicts, List<String> states) {
    var wrong = new ArrayList<String>();
    for (int tenant = 0; tenant < states.size(); tenant++) {
      var verdict = verdicts.get(tenant);
      if (!verdict.states().contains(states.get(tenant))) {
        wrong.add(
            "t%d is %s, not %s: %s"
                .formatted(tenant, states.get(tenant), verdict.states(), verdict.because()));
      }
    }
    return wrong;
  }
}
