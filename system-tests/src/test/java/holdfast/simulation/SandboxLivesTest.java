package holdfast.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// The first of the seeds that a full run plays a thousand of.
@Isolated("silences the log")
class SandboxLivesTest {
  private static final long SEEDS = 20;

  private final Lives lives = new SandboxLives();

  @Test
  @DisplayName(
      "R22, R31, R34: with real ciphers, against the sandbox and with crashes between any two"
          + " effects, nothing is lost, nothing comes twice, no key is used twice")
  void holds() {
    try (var _ = new Alerts()) {
      var met = new Tally();

      var broken =
          LongStream.range(0, SEEDS)
              .mapToObj(seed -> lives.play(seed, false, met))
              .flatMap(it -> it.broken().map(what -> it.seed() + ": " + what).stream())
              .toList();

      assertThat(broken).as("replay one with ./holdfast test --simulate-real SEED").isEmpty();
      assertThat(met.pairs())
          .containsKeys("AwaitingScan × Paired", "AwaitingCode × Paired", "Verifying × Proven");
      assertThat(met.faults()).containsKeys("CRASH", "POWER_LOSS", "ORDERLY_RESTART");
    }
  }

  @Test
  @DisplayName("A seed is the same life each time, with at least 100 inputs and 2 faults")
  void isTheSame() {
    try (var _ = new Alerts()) {
      for (long seed = 0; seed < 4; seed++) {
        var once = lives.play(seed, false, new Tally());
        var again = lives.play(seed, true, new Tally());

        assertThat(again.hash()).as("seed " + seed).isEqualTo(once.hash());
        assertThat(once.inputs()).as("seed " + seed).isGreaterThanOrEqualTo(100);
        assertThat(once.faults()).as("seed " + seed).isGreaterThanOrEqualTo(2);
        assertThat(once.callers()).as("seed " + seed).isGreaterThanOrEqualTo(2);
        assertThat(once.broken()).isEqualTo(Optional.empty());
      }
    }
  }
}
