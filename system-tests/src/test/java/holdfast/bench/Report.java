package holdfast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What the bench prints.
final class Report {
  private final PrintStream out;

  Report(PrintStream out) {
    this.out = out;
  }

  void line(String text) {
    out.println(text);
  }

  void machine() {
    line(
        "%d cores, %s %s, Java %s"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.version()));
  }

  void violations(int count) {
    line("");
    line(
        count == 0
            ? "the sandbox saw no violation of the protocol"
            : "VOID: the sandbox saw %d violations of the protocol".formatted(count));
  }

  void profile(JsonNode profile) {
    line("");
    line("where %d samples of the CPU clock fell".formatted(profile.path("samples").asInt()));
    for (var kind : List.of("self", "ours", "below")) {
      line("  " + kind);
      profile
          .path(kind)
          .properties()
          .forEach(
              each -> line("%8.1f %% %s".formatted(each.getValue().asDouble(), each.getKey())));
    }
  }

  static List<JsonNode> times(int runs, Supplier<JsonNode> run) {
    var took = new ArrayList<JsonNode>(runs);
    for (int i = 0; i < runs; i++) {
      took.add(run.get());
    }
    return took;
  }

  static double median(List<JsonNode> runs, String field) {
    var sorted = runs.stream().mapToDouble(run -> run.path(field).asDouble()).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
