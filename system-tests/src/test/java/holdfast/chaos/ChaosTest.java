package holdfast.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChaosTest {
  private static final Chaos.Plan SHORT = new Chaos.Plan(50, Duration.ofSeconds(60), 1);

  @TempDir Path folder;

  @Test
  @DisplayName(
      "R1, R15–R17, R22: under all faults at once and eight callers no socket replaces a living one,"
          + " no key is used twice, and each tenant comes to what was last wanted of it, or to its last fatal fault")
  void allAtOnce() throws Exception {
    try (var town = Town.build(folder, Chaos.flags())) {
      var shown = new Chaos(town, SHORT, System.out).run();
      shown.print(System.out);

      assertThat(shown.wrong()).isEmpty();
      assertThat(shown.holds()).as("%s", shown).isTrue();
    }
  }
}
