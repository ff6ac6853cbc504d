package holdfast.simulation;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// Plays seeds from the command line: `SEED` for one with its trace, `FROM..TO` for many, `mutants`
/// to see that planted bugs are caught.
public final class Main {
  private static final Pattern ONE = Pattern.compile("[0-9]{1,18}");
  private static final Pattern MANY = Pattern.compile("([0-9]{1,17})\\.\\.([0-9]{1,17})");
  private static final Path KEPT = Path.of("target", "simulation");

  private Main() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    System.exit(run(List.of(args), System.out));
  }

  /// 0 when everything held; 1 when something didn't; 2 for what can't be understood.
  static int run(List<String> args, PrintStream out) throws IOException, InterruptedException {
    var what = args.isEmpty() ? "" : args.getFirst();
    var many = MANY.matcher(what);
    if (what.equals("mutants")) {
      return new Mutants(out).run() ? 0 : 1;
    }
    if (args.size() > 2 || (!ONE.matcher(what).matches() && !many.matches())) {
      out.println("usage: --simulate SEED | --simulate FROM..TO [FOLDER]");
      return 2;
    }
    try (var _ = new Alerts()) {
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
        "seed %d: %d inputs, %d faults, hash %s%n",
        seed, result.inputs(), result.faults(), result.hash());
    return result.broken().isPresent() ? 1 : 0;
  }
}
