package holdfast.simulation;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/// Many seeds, in chunks on all cores. What a chunk has met is kept in a file, so that a run that
/// was cut short goes on where it was.
final class Range {
  static final long CHUNK = 100_000;

  /// Broken seeds that a chunk names; more say nothing new.
  private static final int NAMED = 50;

  private final Lives lives;
  private final long from;
  private final long to;

  Range(Lives lives, long from, long to) {
    this.lives = lives;
    this.from = from;
    this.to = to;
  }

  /// What some seeds came to.
  record Outcome(Tally met, List<Simulation.Result> broken, long seeds, long cpuNanos) {}

  /// True when every seed held, and all was met that must be.
  boolean run(Path folder, PrintStream out) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    var total = new Tally();
    long broken = 0;
    for (long at = from; at < to; at += CHUNK) {
      long end = Math.min(to, at + CHUNK);
      var file = folder.resolve("%d-%d.txt".formatted(at, end));
      if (Files.exists(file)) {
        out.println(file + " is kept from before");
      } else {
        keep(file, play(at, end));
      }
      broken += read(file, total, out);
    }
    out.printf("%d seeds, %d broken, %d inputs%n", to - from, broken, total.inputs());
    total.faults().forEach((fault, times) -> out.printf("  fault %s %d%n", fault, times));
    total.pairs().forEach((pair, times) -> out.printf("  pair %s %d%n", pair, times));
    var unmet = lives.demand(to - from).unmet(total);
    unmet.forEach(out::println);
    return broken == 0 && unmet.isEmpty();
  }

  /// On as many threads as there are cores; the first broken seeds come with what broke them.
  private Outcome play(long from, long to) throws InterruptedException {
    var next = new AtomicLong(from);
    var cpu = new AtomicLong();
    var total = new Tally();
    var broken = new ArrayList<Simulation.Result>();
    var workers =
        IntStream.range(0, Runtime.getRuntime().availableProcessors())
            .mapToObj(
                index ->
                    Thread.ofPlatform()
                        .name("simulation-" + index)
                        .start(
                            () -> {
                              var met = new Tally();
                              var mine = new ArrayList<Simulation.Result>();
                              for (long seed = next.getAndIncrement();
                                  seed < to;
                                  seed = next.getAndIncrement()) {
                                var result = lives.play(seed, false, met);
                                if (result.broken().isPresent()) {
                                  mine.add(result);
                                }
                              }
                              cpu.addAndGet(
                                  ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
                              synchronized (total) {
                                total.add(met);
                                broken.addAll(mine);
                              }
                            }))
            .toList();
    for (var worker : workers) {
      worker.join();
    }
    broken.sort(Comparator.comparingLong(Simulation.Result::seed));
    return new Outcome(total, List.copyOf(broken), to - from, cpu.get());
  }

  private static void keep(Path file, Outcome outcome) throws IOException {
    var lines = new ArrayList<String>();
    lines.add(
        "cpu\t%.3f ms a seed".formatted(outcome.cpuNanos() / 1e6 / Math.max(1, outcome.seeds())));
    lines.add("inputs\t" + outcome.met().inputs());
    lines.add("broken\t" + outcome.broken().size());
    outcome.broken().stream()
        .limit(NAMED)
        .forEach(it -> lines.add("seed\t" + it.seed() + "\t" + it.broken().orElseThrow()));
    outcome.met().faults().forEach((fault, times) -> lines.add("fault\t" + fault + "\t" + times));
    outcome.met().pairs().forEach((pair, times) -> lines.add("pair\t" + pair + "\t" + times));
    var begun = file.resolveSibling(file.getFileName() + ".part");
    Files.write(begun, lines);
    Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static long read(Path file, Tally total, PrintStream out) {
    long broken = 0;
    try {
      for (var line : Files.readAllLines(file)) {
        var parts = line.split("\t", -1);
        switch (parts[0]) {
          case "cpu" -> out.println(file.getFileName() + ": " + parts[1]);
          case "inputs" -> total.addInputs(Long.parseLong(parts[1]));
          case "broken" -> broken = Long.parseLong(parts[1]);
          case "seed" -> out.println("seed " + parts[1] + ": " + parts[2]);
          case "fault" -> total.addFault(parts[1], Long.parseLong(parts[2]));
          case "pair" -> total.addPair(parts[1], Long.parseLong(parts[2]));
          default -> throw new IllegalStateException("a line of another kind: " + line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return broken;
  }
}
