package holdfast.simulation;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// Plays seeds: `SEED` for one with its trace, `FROM..TO` for many. Called on the [Stage].
final class Player {
  private static final Pattern ONE = Pattern.compile("[0-9]{1,18}");
  private static final Pattern MANY = Pattern.compile("([0-9]{1,17})\\.\\.([0-9]{1,17})");
  private static final Path KEPT = Path.of("target", "simulation");

  private Player() {}

  /// 0 when everything held; 1 when something didn't; 2 for what can't be understood.
  static int run(List<String> args, PrintStream out) throws IOException, InterruptedException {
    var what = args.isEmpty() ? "" : args.getFirst();
    var many = MANY.matcher(what);
    boolean hunt = args.equals(List.of("hunt"));
    if (args.size() > 2 || (!hunt && !ONE.matcher(what).matches() && !many.matches())) {
      out.println("usage: --simulate SEED | --simulate FROM..TO [FOLDER]");
      return 2;
    }
    try (var _ = new Alerts()) {
      if (hunt) {
        return Hunt.run(out);
      }
      if (!many.matches()) {
        return one(Long.parseLong(what), out);
      }
      var folder = args.size() > 1 ? Path.of(args.get(1)) : KEPT;
      return new Range(Long.parseLong(many.group(1)), Long.parseLong(many.group(2)))
              .run(folder, out)
          ? 0
          : 1;
    }
  }

  private static int one(long seed, PrintStream out) {
    var result = Simulation.play(seed, true, new Tally());
    result.lines().forEach(out::println);
    result.broken().ifPresent(broken -> out.println("BROKEN " + broken));
    out.printf(
        "seed %d: %d inputs, %d callers, %d faults, hash %s%n",
        seed, result.inputs(), result.callers(), result.faults(), result.hash());
    return result.broken().isPresent() ? 1 : 0;
  }
}
