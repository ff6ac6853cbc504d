package holdfast.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// The first of the seeds that a full run plays a million of.
@Isolated("silences the log")
class SimulationTest {
  private static final long SEEDS = 20_000;

  @Test
  @DisplayName("R1–R8, R11–R19, R22, R24, R31, R34: in 20,000 lives what always holds still holds")
  void holds() throws InterruptedException {
    try (var _ = new Alerts()) {
      var outcome = Range.play(0, SEEDS);

      assertThat(outcome.broken().stream().limit(10).map(SimulationTest::told))
          .as("replay one with ./holdfast test --simulate SEED")
          .isEmpty();
      assertThat(outcome.met().faults().keySet())
          .as("every fault is met")
          .hasSize(Fault.values().length);
    }
  }

  private static String told(Simulation.Result result) {
    var again = Simulation.play(result.seed(), true, new Tally());
    return "seed %d: %s%n%s"
        .formatted(
            result.seed(),
            result.broken().orElseThrow(),
            again.lines().stream()
                .skip(Math.max(0, again.lines().size() - 80))
                .collect(Collectors.joining("\n")));
  }

  @Test
  @DisplayName("A seed is the same life each time: its trace has the same hash")
  void isTheSame() {
    try (var _ = new Alerts()) {
      for (long seed = 0; seed < 50; seed++) {
        var once = Simulation.play(seed, false, new Tally());
        var again = Simulation.play(seed, true, new Tally());

        assertThat(again.hash()).as("seed " + seed).isEqualTo(once.hash());
        assertThat(once.inputs()).as("seed " + seed).isGreaterThanOrEqualTo(100);
        assertThat(once.faults()).as("seed " + seed).isGreaterThanOrEqualTo(2);
      }
    }
  }
}
