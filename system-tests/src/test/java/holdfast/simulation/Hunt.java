package holdfast.simulation;

/// Plays seeds until one breaks: ends with 1 when one did, with 0 when all have held.
final class Hunt {
  private Hunt() {}

  public static void main(String[] args) {
    try (var _ = new Alerts()) {
      for (long seed = 0; seed < Mutants.SEEDS; seed++) {
        var result = Simulation.play(seed, false, new Tally());
        if (result.broken().isPresent()) {
          System.out.println("caught by seed " + seed + ", " + result.broken().get());
          System.exit(1);
        }
      }
    }
    System.out.println("SURVIVED " + Mutants.SEEDS + " seeds");
    System.exit(0);
  }
}
