package holdfast.simulation;

import java.io.PrintStream;
import java.util.List;

/// Plays seeds until one breaks: ends with 1 when one did, with 0 when all have held.
final class Hunt {
  private Hunt() {}

  public static void main(String[] args) {
    System.exit(new Stage().play(List.of("hunt"), System.out));
  }

  /// Called on the [Stage].
  static int run(PrintStream out) {
    for (long seed = 0; seed < Mutants.SEEDS; seed++) {
      var result = Simulation.play(seed, false, new Tally());
      if (result.broken().isPresent()) {
        out.println("caught by seed " + seed + ", " + result.broken().get());
        return 1;
      }
    }
    out.println("SURVIVED " + Mutants.SEEDS + " seeds");
    return 0;
  }
}
