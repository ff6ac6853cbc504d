package holdfast.simulation;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// Plays seeds: `SEED` for one with its trace, `FROM..TO` for many; on the [Stage], or, with
/// `real` in front, off it and against the sandbox.
final class Player {
  private static final Pattern ONE = Pattern.compile("[0-9]{1,18}");
  private static final Pattern MANY = Pattern.compile("([0-9]{1,17})\\.\\.([0-9]{1,17})");
  private static final Path KEPT = Path.of("target", "simulation");
  private static final Path KEPT_OF_REAL = Path.of("target", "simulation-real");

  private Player() {}

  /// 0 when everything held; 1 when something didn't; 2 for what can't be understood.
  static int run(List<String> args, PrintStream out) throws IOException, InterruptedException {
    boolean real = !args.isEmpty() && args.getFirst().equals("real");
    var rest = real ? args.subList(1, args.size()) : args;
    var what = rest.isEmpty() ? "" : rest.getFirst();
    var many = MANY.matcher(what);
    boolean hunt = args.equals(List.of("hunt"));
    if (rest.size() > 2 || (!hunt && !ONE.matcher(what).matches() && !many.matches())) {
      out.println("usage: --simulate[-real] SEED | --simulate[-real] FROM..TO [FOLDER]");
      return 2;
    }
    Lives lives = real ? new SandboxLives() : Lives.simulated();
    try (var _ = new Alerts()) {
      if (hunt) {
        return Hunt.run(out);
      }
      if (!many.matches()) {
        return one(lives, Long.parseLong(what), out);
      }
      var folder = rest.size() > 1 ? Path.of(rest.get(1)) : real ? KEPT_OF_REAL : KEPT;
      long from = Long.parseLong(many.group(1));
      long to = Long.parseLong(many.group(2));
      return new Range(lives, from, to).run(folder, out) ? 0 : 1;
    }
  }

  private static int one(Lives lives, long seed, PrintStream out) {
    var result = lives.play(seed, true, new Tally());
    result.lines().forEach(out::println);
    result.broken().ifPresent(broken -> out.println("BROKEN " + broken));
    out.printf(
        "seed %d: %d inputs, %d callers, %d faults, hash %s%n",
        seed, result.inputs(), result.callers(), result.faults(), result.hash());
    return result.broken().isPresent() ? 1 : 0;
  }
}
