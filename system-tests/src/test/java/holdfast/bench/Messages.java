package holdfast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Messages out of and into tenants, each with a peer of its own, and to and fro with an echo.
final class Messages {
  private static final int RUNS = 3;

  /// Round trips cost more than messages in bulk: fewer of them.
  private static final int TURNS_PART = 10;

  private final Stage stage;
  private final Report out;
  private final int tenants;
  private final int each;
  private final List<String> peers = new ArrayList<>();

  /// `each`: messages of a tenant in a round.
  Messages(Stage stage, PrintStream out, int tenants, int each) {
    this.stage = stage;
    this.out = new Report(out);
    this.tenants = tenants;
    this.each = each;
  }

  void run(boolean profile) {
    out.machine();
    out.line(stage.storeWords());
    out.line("%d tenants, %d messages each a round, pacing off".formatted(tenants, each));
    stage.prepare(tenants);
    for (int i = 0; i < tenants; i++) {
      peers.add(stage.phone(false));
    }
    var echo = stage.phone(true);
    stage.tell("connect", order().put("count", tenants));
    int turns = Math.max(1, each * tenants / TURNS_PART);
    // Once without looking; it also opens the ratchets of both sides.
    out();
    in();
    converse(echo, turns);
    measure("out", profile, this::out, each * tenants);
    measure("in", profile, this::in, each * tenants);
    measure("to and fro", profile, () -> converse(echo, turns), turns);
    out.violations(stage.violations());
  }

  private void measure(
      String name, boolean profile, java.util.function.Supplier<JsonNode> round, int messages) {
    if (profile) {
      stage.tell("profile");
    }
    var runs = Report.times(RUNS, round);
    out.line("");
    out.line("%s: %d (median of %d)".formatted(name, messages, RUNS));
    out.line("  rate         %10.0f /s".formatted(1000 * messages / Report.median(runs, "WallMs")));
    out.line("  CPU          %10.3f ms each".formatted(Report.median(runs, "CpuMs") / messages));
    double delivered = Report.median(runs, "deliveredCpuMs");
    if (delivered > 0) {
      out.line("    and receipts %8.3f ms each".formatted(delivered / messages));
    }
    double commits = Report.median(runs, "commits");
    out.line("  commits      %10.0f, %.1f messages each".formatted(commits, messages / commits));
    out.line(
        "  a commit     %10.2f ms p50, %.2f ms p99"
            .formatted(Report.median(runs, "commitP50Ms"), Report.median(runs, "commitP99Ms")));
    if (profile) {
      out.profile(stage.tell("profiled"));
    }
  }

  private static ObjectNode order() {
    return Stage.JSON.createObjectNode();
  }

  private JsonNode out() {
    var order = order().put("each", each);
    peers.forEach(order.putArray("to")::add);
    return stage.tell("send", order);
  }

  /// What the peers write is encrypted while nobody is connected, then taken as fast as it goes.
  private JsonNode in() {
    stage.tell("disconnect");
    for (int i = 0; i < tenants; i++) {
      stage.write(peers.get(i), stage.numberOf(i), each);
    }
    return stage.tell("receive", order().put("count", tenants).put("messages", each * tenants));
  }

  private JsonNode converse(String echo, int turns) {
    return stage.tell("converse", order().put("to", echo).put("turns", turns));
  }
}
