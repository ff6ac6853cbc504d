package holdfast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.List;

/// Memory of sessions that are connected, verified and idle; what a login costs.
final class Idle {
  private static final int AT_ONCE = 100;
  private static final int WARM_UP = 20;
  private static final int RUNS = 9;

  private record Sample(int sessions, long rssKib, long heapKib) {}

  private final Stage stage;
  private final Report out;

  Idle(Stage stage, PrintStream out) {
    this.stage = stage;
    this.out = new Report(out);
  }

  /// `sessions`: ascending.
  void run(List<Integer> sessions, boolean profile) {
    out.machine();
    stage.prepare(sessions.getLast());
    int few = Math.min(AT_ONCE, sessions.getLast());
    for (int i = 0; i < WARM_UP; i++) {
      logins(few);
    }
    memory(sessions);
    stage.tell("disconnect");
    if (profile) {
      stage.tell("profile");
    }
    var runs = Report.times(RUNS, () -> logins(few));
    out.line("");
    out.line("%d logins at once, to verified (median of %d)".formatted(few, RUNS));
    out.line("  CPU of a login  %8.2f ms".formatted(Report.median(runs, "CpuMs") / few));
    out.line("  rate            %8.0f /s".formatted(1000 * few / Report.median(runs, "WallMs")));
    if (profile) {
      out.profile(stage.tell("profiled"));
    }
    out.violations(stage.violations());
  }

  private JsonNode logins(int count) {
    var took = connect(count);
    stage.tell("disconnect");
    return took;
  }

  private JsonNode connect(int count) {
    return stage.tell("connect", Stage.JSON.createObjectNode().put("count", count));
  }

  private void memory(List<Integer> sessions) {
    out.line("");
    out.line("idle sessions   resident    heap in use   connected in");
    var first = sample(0);
    out.line("%13d %9.1f MiB %9.1f MiB".formatted(0, mib(first.rssKib()), mib(first.heapKib())));
    var before = first;
    var last = first;
    for (int count : sessions) {
      var took = connect(count);
      last = sample(count);
      out.line(
          "%13d %9.1f MiB %9.1f MiB %9.2f s"
              .formatted(
                  count,
                  mib(last.rssKib()),
                  mib(last.heapKib()),
                  took.path("WallMs").asDouble() / 1000));
      before = count == sessions.getFirst() ? last : before;
    }
    slope(before, last);
  }

  private Sample sample(int count) {
    var memory = stage.tell("memory");
    return new Sample(count, memory.path("rssKib").asLong(), memory.path("heapKib").asLong());
  }

  private void slope(Sample from, Sample to) {
    if (to.sessions() > from.sessions()) {
      double more = to.sessions() - from.sessions();
      out.line(
          "slope, %d to %d: %.1f KiB resident a session, of which %.1f KiB heap"
              .formatted(
                  from.sessions(),
                  to.sessions(),
                  (to.rssKib() - from.rssKib()) / more,
                  (to.heapKib() - from.heapKib()) / more));
    }
  }

  private static double mib(long kib) {
    return kib / 1024.0;
  }
}
