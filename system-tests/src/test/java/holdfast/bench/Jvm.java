package holdfast.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program in a process of its own, with this one's JVM, flags and classpath: the launcher's.
final class Jvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader says;
  private final Path log;

  private Jvm(Process process, Path log) {
    this.process = process;
    this.says =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.log = log;
  }

  /// What it logs goes to `log`.
  static Jvm start(Class<?> program, Path log, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program.getName());
    command.addAll(arguments);
    try {
      var process = new ProcessBuilder(command).redirectError(log.toFile()).start();
      return new Jvm(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The rest of its next line that begins with `word`.
  String awaitLine(String word) {
    try {
      for (var line = says.readLine(); line != null; line = says.readLine()) {
        if (line.startsWith(word)) {
          return line.substring(word.length()).strip();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("a process of the bench has ended; it logged to " + log);
  }

  void say(String line) {
    try {
      var to = process.getOutputStream();
      to.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a process of the bench has ended; it logged to " + log, e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
