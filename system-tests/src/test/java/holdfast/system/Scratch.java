package holdfast.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// A folder of its own for a run, gone with all that is in it when the run is over.
public record Scratch(Path folder) implements AutoCloseable {
  /// `what`: the name's beginning, for who finds it after a crash.
  public static Scratch make(String what) throws IOException {
    return new Scratch(Files.createTempDirectory("holdfast-" + what));
  }

  @Override
  public void close() throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var all = Files.walk(folder)) {
      for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
