package holdfast.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/// Where the processors' time of this process goes: samples of the CPU clock, native code included
/// (Linux only; the collector's and the compiler's own threads aren't seen).
final class Profile {
  private static final int SHOWN = 40;

  private final Recording recording = new Recording();

  Profile() {
    recording.enable("jdk.CPUTimeSample").with("throttle", "2ms").withStackTrace();
    recording.start();
  }

  /// Shares in percent: of the method that ran (`self`), of the method of ours that it ran for
  /// (`ours`), and of every method of ours on the stack (`below`).
  void tell(ObjectNode into) {
    try {
      var file = Path.of(System.getProperty("java.io.tmpdir"), "holdfast-bench-" + pid() + ".jfr");
      recording.stop();
      recording.dump(file);
      tell(RecordingFile.readAllEvents(file), into);
      java.nio.file.Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      recording.close();
    }
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  private static void tell(List<RecordedEvent> samples, ObjectNode into) {
    var self = new HashMap<String, Integer>();
    var ours = new HashMap<String, Integer>();
    var below = new HashMap<String, Integer>();
    int all = 0;
    for (var sample : samples) {
      var stack = sample.getStackTrace();
      if (stack == null || stack.getFrames().isEmpty()) {
        continue;
      }
      all++;
      self.merge(name(stack.getFrames().getFirst()), 1, Integer::sum);
      var names =
          stack.getFrames().stream()
              .map(Profile::name)
              .filter(name -> name.startsWith("holdfast."))
              .toList();
      ours.merge(names.isEmpty() ? "(none of ours)" : names.getFirst(), 1, Integer::sum);
      new HashSet<>(names).forEach(name -> below.merge(name, 1, Integer::sum));
    }
    into.put("samples", all);
    put(self, all, into.putObject("self"));
    put(ours, all, into.putObject("ours"));
    put(below, all, into.putObject("below"));
  }

  private static String name(RecordedFrame frame) {
    var method = frame.getMethod();
    return method.getType().getName() + "." + method.getName();
  }

  private static void put(Map<String, Integer> counts, int all, ObjectNode into) {
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(SHOWN)
        .forEach(each -> into.put(each.getKey(), 100.0 * each.getValue() / all));
  }
}
