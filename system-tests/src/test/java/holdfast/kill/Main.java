package holdfast.kill;

import holdfast.system.Scratch;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./holdfast test --kills`: a batch of kills; another seed is another batch.
@Command(
    name = "kills",
    description = "Kills the gateway in the middle of conversations and counts every text.",
    mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
  @Parameters(index = "0", defaultValue = "50", description = "Kills (${DEFAULT-VALUE}).")
  private int kills;

  @Parameters(index = "1", defaultValue = "1", description = "Seed (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--postgres", description = "On PostgreSQL in place of SQLite.")
  private boolean postgres;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    try (var scratch = Scratch.make("kills")) {
      return postgres ? onPostgres(scratch.folder()) : batch(scratch.folder());
    }
  }

  private int onPostgres(Path folder) throws Exception {
    try (var server = EmbeddedPostgres.builder().start()) {
      var url = "postgresql://postgres@localhost:" + server.getPort() + "/postgres";
      return batch(folder, "--database-url", url);
    }
  }

  private int batch(Path folder, String... flags) throws Exception {
    try (var run = new KillRun(folder, flags)) {
      var result = run.run(kills, seed);
      System.out.println("seed " + seed + ": " + result);
      return result.flaws().isEmpty() && result.counted() * 2 >= kills ? 0 : 1;
    }
  }
}
