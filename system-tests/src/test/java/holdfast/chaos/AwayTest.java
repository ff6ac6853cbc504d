package holdfast.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@NeedsNamespace
class AwayTest {
  @Test
  @DisplayName("R40: a network that is away for 5 s costs no connection, and none is opened")
  void shortly() throws Exception {
    run(5);
  }

  @Test
  @DisplayName(
      "R40: a network that is away for 60 s is noticed within 50 s, and everybody is connected 5 s"
          + " after it is back")
  void forLong() throws Exception {
    run(60);
  }

  /// In a process within a namespace whose only network is a loopback of its own.
  private static void run(int seconds) throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command = new ArrayList<>(NeedsNamespace.Condition.unshare());
    command.addAll(
        List.of(
            "sh",
            "-c",
            "ip link set lo up && exec \"$@\"",
            "sh",
            java,
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "away",
            Integer.toString(seconds)));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    System.out.println(said);
    assertThat(process.exitValue()).as(said).isZero();
  }
}
