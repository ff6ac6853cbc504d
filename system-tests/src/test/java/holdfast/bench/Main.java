package holdfast.bench;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./holdfast bench`: measures on this machine and prints tables.
@Command(
    name = "bench",
    description = "Measures the gateway's core beside the sandbox.",
    mixinStandardHelpOptions = true,
    subcommands = {Main.OfIdle.class, Main.OfMessages.class})
public final class Main implements Callable<Integer> {
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() {
    CommandLine.usage(this, System.out);
    return 2;
  }

  /// `bench idle`.
  @Command(
      name = "idle",
      description = "Memory of sessions that are connected and idle; logins.",
      mixinStandardHelpOptions = true)
  static final class OfIdle implements Callable<Integer> {
    @Option(
        names = "--sessions",
        split = ",",
        defaultValue = "10,100,1000",
        description = "How many sessions, one measurement each (default: ${DEFAULT-VALUE}).")
    private List<Integer> sessions = List.of();

    @Option(names = "--profile", description = "Says where the CPU of the logins goes.")
    private boolean profile;

    @Override
    public Integer call() {
      try (var stage = Stage.set()) {
        new Idle(stage, System.out).run(sessions.stream().sorted().toList(), profile);
        return 0;
      }
    }
  }

  /// `bench messages`.
  @Command(
      name = "messages",
      description = "Messages in, out and to and fro: rates, CPU, commits.",
      mixinStandardHelpOptions = true)
  static final class OfMessages implements Callable<Integer> {
    @Option(
        names = "--count",
        defaultValue = "20000",
        description = "Messages of a round, of all tenants together (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
        names = "--tenants",
        defaultValue = "1",
        description = "Among how many tenants (default: ${DEFAULT-VALUE}).")
    private int tenants;

    @Option(
        names = "--postgres",
        description = "Keeps the store in a PostgreSQL, which is started, in place of SQLite.")
    private boolean postgres;

    @Option(names = "--profile", description = "Says where the CPU goes.")
    private boolean profile;

    @Override
    public Integer call() {
      try (var stage = postgres ? Stage.onPostgres() : Stage.set()) {
        new Messages(stage, System.out, tenants, Math.max(1, count / tenants)).run(profile);
        return 0;
      }
    }
  }
}
