package holdfast.simulation;

/// A world in which seeds are played.
interface Lives {
  /// `written`: with its trace as text. What it has met is added to `met`.
  Simulation.Result play(long seed, boolean written, Tally met);

  /// What so many seeds must have been through.
  Demand demand(long seeds);

  /// The quick ones.
  static Lives simulated() {
    return new Lives() {
      @Override
      public Simulation.Result play(long seed, boolean written, Tally met) {
        return Simulation.play(seed, written, met);
      }

      @Override
      public Demand demand(long seeds) {
        return Demand.of(seeds);
      }
    };
  }
}
