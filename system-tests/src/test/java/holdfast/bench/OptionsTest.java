package holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What the bench can be asked for.
class OptionsTest {
  private final StringWriter said = new StringWriter();

  private int run(String... words) {
    var out = new PrintWriter(said);
    return new CommandLine(new Main()).setOut(out).setErr(out).execute(words);
  }

  @Test
  @DisplayName("messages says that it can measure on PostgreSQL in place of SQLite")
  void offersPostgres() {
    assertThat(run("messages", "--help")).isZero();
    assertThat(said.toString()).contains("--postgres", "--count", "--tenants", "--profile");
  }

  @Test
  @DisplayName("A word that it doesn't know measures nothing, and is named")
  void refusesOthers() {
    assertThat(run("messages", "--mysql")).isEqualTo(2);
    assertThat(run("idle", "--postgres")).isEqualTo(2);
    assertThat(said.toString()).contains("'--mysql'", "'--postgres'");
  }
}
