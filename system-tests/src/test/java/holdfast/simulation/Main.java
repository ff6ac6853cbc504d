package holdfast.simulation;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/// Plays seeds from the command line: `SEED` for one with its trace, `FROM..TO` for many, `mutants`
/// to see that planted bugs are caught; `real` in front for seeds against the sandbox.
public final class Main {
  private Main() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    System.exit(run(List.of(args), System.out));
  }

  /// 0 when everything held; 1 when something didn't; 2 for what can't be understood.
  static int run(List<String> args, PrintStream out) throws IOException, InterruptedException {
    return switch (args.isEmpty() ? "" : args.getFirst()) {
      case "mutants" -> new Mutants(out).run() ? 0 : 1;
      case "real" -> Player.run(args, out); // whose ciphers are the real ones
      default -> new Stage().play(args, out);
    };
  }
}
