package holdfast.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineTest {
  /// A third of a second there and back; one in twenty packets is lost, and comes a second later.
  private static final Line.Quality BAD =
      new Line.Quality(Duration.ofMillis(150), 0.05, Duration.ofSeconds(1), 1);

  private static final int TENANTS = 5;
  private static final int TEXTS = 10;

  @TempDir Path folder;

  @Test
  @DisplayName(
      "R1: over a slow line that loses packets everybody links and writes, and nothing is opened"
          + " but what pairing needs")
  void slowAndLossy() throws Exception {
    try (var town = Town.buildBehind(BAD, folder)) {
      town.link(TENANTS);
      assertThat(town.sandbox().sockets().total().accepted()).isEqualTo(2L * TENANTS);

      for (int tenant = 0; tenant < TENANTS; tenant++) {
        for (int i = 0; i < TEXTS; i++) {
          var text = Map.of("to", "+" + Town.ECHO, "type", "text", "text", "hello " + i);
          assertThat(town.gateway().post(Town.path(tenant) + "/messages", text).status())
              .isEqualTo(202);
        }
      }
      for (int tenant = 0; tenant < TENANTS; tenant++) {
        var name = "t" + tenant;
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertThat(town.gateway().texts(name)).hasSize(TEXTS));
      }
      assertThat(town.sandbox().sockets().total().accepted()).isEqualTo(2L * TENANTS);
      assertThat(town.replacedLive()).isZero();
    }
  }
}
