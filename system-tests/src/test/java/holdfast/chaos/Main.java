package holdfast.chaos;

import holdfast.sandbox.Sandbox;
import holdfast.system.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `./holdfast test --chaos`, `--starts`, `--away`, `--backlog` and `--disk-full`: the long forms
/// of what is tested here.
@Command(
    name = "chaos",
    description = "A real gateway beside a sandbox that does it harm.",
    mixinStandardHelpOptions = true,
    subcommands = {
      Main.OfChaos.class,
      Main.OfStarts.class,
      Main.OfAway.class,
      Main.OfBacklog.class,
      Main.OfDiskFull.class
    })
public final class Main implements Callable<Integer> {
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() {
    CommandLine.usage(this, System.out);
    return 2;
  }

  @FunctionalInterface
  private interface Run {
    boolean holds(Town town) throws IOException, InterruptedException;
  }

  /// In a town of its own, whose folder is gone afterwards.
  private static int in(String[] flags, Run run)
      throws IOException, InterruptedException, Sandbox.NotStarted {
    return in(folder -> Town.build(folder, flags), run);
  }

  @FunctionalInterface
  private interface Site {
    Town build(Path folder) throws IOException, InterruptedException, Sandbox.NotStarted;
  }

  private static int in(Site site, Run run)
      throws IOException, InterruptedException, Sandbox.NotStarted {
    try (var scratch = Scratch.make("chaos");
        var town = site.build(scratch.folder())) {
      boolean holds = run.holds(town);
      System.out.println(holds ? "everything holds" : "NOT everything holds");
      return holds ? 0 : 1;
    }
  }

  /// `test --chaos`.
  @Command(
      name = "chaos",
      description = "All faults at once, eight callers.",
      mixinStandardHelpOptions = true)
  static final class OfChaos implements Callable<Integer> {
    @Parameters(
        index = "0",
        arity = "0..1",
        defaultValue = "10",
        description = "For how many minutes (default: ${DEFAULT-VALUE}).")
    private int minutes;

    @Parameters(
        index = "1",
        arity = "0..1",
        defaultValue = "200",
        description = "With how many tenants (default: ${DEFAULT-VALUE}).")
    private int tenants;

    @Parameters(
        index = "2",
        arity = "0..1",
        defaultValue = "1",
        description = "Drawn from this seed (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() throws Exception {
      var plan = new Chaos.Plan(tenants, Duration.ofMinutes(minutes), seed);
      return in(
          Chaos.flags(),
          town -> {
            var shown = new Chaos(town, plan, System.out).run();
            shown.print(System.out);
            return shown.holds();
          });
    }
  }

  /// `test --starts`.
  @Command(
      name = "starts",
      description = "100 concurrent starts of one tenant, unpaired and paired.",
      mixinStandardHelpOptions = true)
  static final class OfStarts implements Callable<Integer> {
    @Parameters(
        index = "0",
        arity = "0..1",
        defaultValue = "1000",
        description = "How often (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    public Integer call() throws Exception {
      return in(
          new String[0],
          town -> {
            var both = Starts.unpairedAndPaired(town, rounds);
            both.forEach(it -> it.print(System.out));
            return both.stream().allMatch(Starts.Shown::holds) && town.replacedLive() == 0;
          });
    }
  }

  /// `test --away`, in a network namespace of its own.
  @Command(
      name = "away",
      description = "The network goes away and comes back.",
      mixinStandardHelpOptions = true)
  static final class OfAway implements Callable<Integer> {
    @Parameters(
        index = "0",
        arity = "0..1",
        defaultValue = "60",
        description = "For how many seconds (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Override
    public Integer call() throws Exception {
      return in(
          new String[0],
          town -> {
            var wrong = new Away(town, System.out).run(Duration.ofSeconds(seconds));
            wrong.forEach(it -> System.out.println("WRONG " + it));
            return wrong.isEmpty();
          });
    }
  }

  /// `test --backlog`.
  @Command(
      name = "backlog",
      description = "Messages that waited for a tenant come all at once.",
      mixinStandardHelpOptions = true)
  static final class OfBacklog implements Callable<Integer> {
    @Parameters(
        index = "0",
        arity = "0..1",
        defaultValue = "10000",
        description = "How many messages (default: ${DEFAULT-VALUE}).")
    private int messages;

    @Override
    public Integer call() throws Exception {
      return in(
          folder -> Town.buildWithin(Backlog.HEAP, folder),
          town -> {
            var wrong = new Backlog(town, messages, System.out).run();
            wrong.forEach(it -> System.out.println("WRONG " + it));
            return wrong.isEmpty();
          });
    }
  }

  /// `test --disk-full`, on a small file system of its own.
  @Command(
      name = "disk-full",
      description = "The disk fills up and is freed again.",
      mixinStandardHelpOptions = true)
  static final class OfDiskFull implements Callable<Integer> {
    @Parameters(index = "0", description = "Where a small file system is mounted.")
    private Path disk = Path.of("");

    @Parameters(
        index = "1",
        arity = "0..1",
        defaultValue = "5",
        description = "How often (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    public Integer call() throws Exception {
      return in(
          _ -> Town.build(disk),
          town -> {
            var wrong = new DiskFull(town, disk, System.out).run(rounds);
            wrong.forEach(it -> System.out.println("WRONG " + it));
            return wrong.isEmpty();
          });
    }
  }
}
