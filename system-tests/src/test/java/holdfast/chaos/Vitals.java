package holdfast.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// What a process holds, seen from outside: threads, file handles, and the heap after a collection.
record Vitals(int threads, int handles, long heapKiB) {
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  static Vitals of(long pid) throws IOException, InterruptedException {
    // Twice: what the first one finalizes or dereferences the second one frees.
    jcmd(pid, "GC.run");
    jcmd(pid, "GC.run");
    var heap = USED.matcher(jcmd(pid, "GC.heap_info"));
    if (!heap.find()) {
      throw new AssertionError("the heap isn't told");
    }
    var process = Path.of("/proc", Long.toString(pid));
    return new Vitals(
        count(process.resolve("task")),
        count(process.resolve("fd")),
        Long.parseLong(heap.group(1)));
  }

  private static int count(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return (int) entries.count();
    }
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var process =
        new ProcessBuilder(jcmd, Long.toString(pid), command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError("jcmd " + command + ": " + said);
    }
    return said;
  }

  @Override
  public String toString() {
    return "%d threads, %d handles, %.1f MiB of heap".formatted(threads, handles, heapKiB / 1024.0);
  }
}
