package holdfast.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// Time on the wall and on the processors (user and system) since it was made.
final class Meter {
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int FULL_COLLECTIONS = 3;

  private final long wall = System.nanoTime();
  private final long cpu = PROCESS.getProcessCpuTime();

  void tell(String name, ObjectNode into) {
    into.put(name + "CpuMs", (PROCESS.getProcessCpuTime() - cpu) / 1e6)
        .put(name + "WallMs", (System.nanoTime() - wall) / 1e6);
  }

  /// What is resident, and what of the heap is in use, after what nobody needs is collected.
  static void memory(ObjectNode into) {
    for (int i = 0; i < FULL_COLLECTIONS; i++) {
      System.gc();
    }
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    into.put("heapKib", heap.getUsed() / 1024)
        .put("heapCommittedKib", heap.getCommitted() / 1024)
        .put("rssKib", residentKib());
  }

  /// 0 where the system doesn't tell.
  private static long residentKib() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> line.replaceAll("[^0-9]", ""))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
