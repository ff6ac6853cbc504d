package holdfast.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// The first of the seeds that a full run plays a million of.
@Isolated("silences the log")
class SimulationTest {
  private final Stage stage = new Stage();

  @Test
  @DisplayName("R1–R8, R11–R19, R22, R24, R31, R34: in 20,000 lives what always holds still holds")
  void holds(@TempDir Path folder) {
    var said = new ByteArrayOutputStream();

    int code = play(said, List.of("0..20000", folder.toString()));

    assertThat(code).as("replay a seed with ./holdfast test --simulate SEED:%n%s", said).isZero();
  }

  @Test
  @DisplayName("A seed is the same life each time, with at least 100 inputs and 2 faults")
  void isTheSame() {
    for (long seed = 0; seed < 50; seed++) {
      var once = last(seed);

      assertThat(last(seed)).isEqualTo(once);
      assertThat(number(once, "inputs")).as(once).isGreaterThanOrEqualTo(100);
      assertThat(number(once, "faults")).as(once).isGreaterThanOrEqualTo(2);
      assertThat(number(once, "callers")).as(once).isGreaterThanOrEqualTo(2);
    }
  }

  /// How many of those a line names.
  private static int number(String line, String what) {
    var words = List.of(line.replace(",", "").split(" "));
    return Integer.parseInt(words.get(words.indexOf(what) - 1));
  }

  private String last(long seed) {
    var said = new ByteArrayOutputStream();
    assertThat(play(said, List.of(Long.toString(seed)))).isZero();
    return said.toString(StandardCharsets.UTF_8).lines().reduce((_, line) -> line).orElseThrow();
  }

  private int play(ByteArrayOutputStream said, List<String> args) {
    try (var out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      return stage.play(args, out);
    }
  }
}
