package holdfast.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartsTest {
  private static final int ROUNDS = 25;

  @TempDir Path folder;

  @Test
  @DisplayName(
      "R1, R3: 100 concurrent starts of a tenant, paired and unpaired, open one socket each time")
  void oneSocketEach() throws Exception {
    try (var town = Town.build(folder)) {
      for (var shown : Starts.unpairedAndPaired(town, ROUNDS)) {
        shown.print(System.out);
        assertThat(shown.holds()).as("%s", shown).isTrue();
      }
      assertThat(town.replacedLive()).isZero();
    }
  }
}
