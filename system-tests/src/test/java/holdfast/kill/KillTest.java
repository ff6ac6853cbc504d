package holdfast.kill;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.system.NeedsNode;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Twenty kills; `./holdfast test --kills` does hundreds.
class KillTest {
  private static final int KILLS = 20;

  @TempDir Path folder;

  @Test
  @NeedsNode
  @DisplayName(
      "R22, R31, R36: killed 20 times while Baileys clients write to a tenant and read from it,"
          + " every text arrives once on either side, in order, and no key is used twice")
  void killed() throws Exception {
    try (var run = new KillRun(folder)) {
      var result = run.run(KILLS, 20_251);
      assertThat(result.flaws()).as(result.toString()).isEmpty();
      assertThat(result.counted()).as(result.toString()).isGreaterThanOrEqualTo(KILLS / 2);
    }
  }
}
