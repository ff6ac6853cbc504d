package holdfast.simulation;

import java.util.List;
import java.util.Optional;

/// What a life stands on, whatever its server is, and how it is told what came of it.
record Ground(Machine.Outside world, Asks asks, Tally tally, Trace trace) {
  Agenda agenda() {
    return world.agenda();
  }

  Swarm swarm() {
    return world.swarm();
  }

  Shelf shelf() {
    return world.shelf();
  }

  /// Plays a life to its end, which a rule that didn't hold may bring about. What it has met is
  /// added to `met`.
  Simulation.Result play(long seed, Runnable life, Tally met) {
    var broken = Optional.<String>empty();
    try {
      Alerts.taken();
      life.run();
    } catch (Broken e) {
      broken = Optional.of(String.valueOf(e.getMessage()));
    } catch (RuntimeException | StackOverflowError e) {
      broken =
          Optional.of(
              "thrown: " + e + " at " + List.of(e.getStackTrace()).stream().limit(6).toList());
    }
    met.add(tally);
    return new Simulation.Result(
        seed,
        trace.hash(),
        broken.map(what -> "after %.3f s: %s".formatted(agenda().nowMs() / 1000.0, what)),
        trace.lines(),
        tally.inputs(),
        swarm().given(),
        asks.asked());
  }

  /// A batch is dropped only where the store failed.
  void mustBeQuiet() {
    for (var alert : Alerts.taken()) {
      if (shelf().failedAtMs() != agenda().nowMs()) {
        throw new Broken("a batch was dropped though the store was well: " + alert);
      }
    }
  }
}
