package holdfast.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacklogTest {
  private static final int MESSAGES = 10_000;

  @TempDir Path folder;

  @Test
  @DisplayName(
      "R31: what was written while a tenant was away comes in order, each message as one event,"
          + " and the end is told behind the last")
  void takenInOrder() throws Exception {
    try (var town = Town.buildWithin(Backlog.HEAP, folder)) {
      assertThat(new Backlog(town, MESSAGES, System.out).run()).isEmpty();
    }
  }
}
