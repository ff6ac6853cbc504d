package holdfast.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A network and mounts of its own, as `unshare` makes them: what is done to them nobody else sees.
final class Namespace {
  private static final String PROBE =
      "ip link set lo up && ip link set lo down && mount -t tmpfs holdfast /mnt";

  /// As root of this machine, then as root of a user namespace.
  private static final List<List<String>> WAYS =
      List.of(List.of("unshare", "-nm"), List.of("unshare", "-rnm"));

  private static final Optional<List<String>> WAY =
      WAYS.stream().filter(Namespace::works).findFirst();

  private Namespace() {}

  static boolean canBeMade() {
    return WAY.isPresent();
  }

  /// Runs a command of [Main] inside, which must end well.
  static void run(String... arguments) throws IOException, InterruptedException {
    runAfter("true", arguments);
  }

  /// The same, once the shell has done what comes first.
  static void runAfter(String first, String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(WAY.orElseThrow());
    command.addAll(
        List.of(
            "sh",
            "-c",
            "ip link set lo up && " + first + " && exec \"$@\"",
            "sh",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new AssertionError("it doesn't end:\n" + said);
    }
    System.out.println(said);
    if (process.exitValue() != 0) {
      throw new AssertionError("it ended with " + process.exitValue() + ":\n" + said);
    }
  }

  private static boolean works(List<String> way) {
    var command = new ArrayList<>(way);
    command.addAll(List.of("sh", "-c", PROBE));
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
