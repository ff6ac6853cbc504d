package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocsTest {
  private static final Path DOCS = Path.of("..", "docs");

  @TempDir private Path temp;

  @Test
  @DisplayName("R29 The API's pages need no key, and every problem has its anchor there")
  void needNoKey() {
    try (var api = new Running(temp, false)) {
      var contract = api.call("GET", "/docs", "", Map.of());
      var errors = api.call("GET", "/docs/errors", "", Map.of());

      assertThat(contract.status()).isEqualTo(200);
      assertThat(errors.status()).isEqualTo(200);
      for (var operation : api.contract.operations()) {
        assertThat(contract.text()).contains("<code>" + operation + "</code>");
      }
      for (var problem : Problem.values()) {
        assertThat(errors.text()).contains("id=\"" + problem.code() + "\"");
      }
      assertThat(contract.text()).doesNotContain("%s").doesNotContain("`");
    }
  }

  @Test
  @DisplayName("docs/errors.md says of every problem what the gateway's own page says")
  void listsEveryProblem() throws IOException {
    var page = Files.readString(DOCS.resolve("errors.md"));

    for (var problem : Problem.values()) {
      assertThat(page)
          .contains(
              "### %s\n\n%d: %s. %s\n"
                  .formatted(
                      problem.code(),
                      problem.status(),
                      problem.title(),
                      ErrorsPage.remedy(problem)));
    }
    assertThat(page.lines().filter(line -> line.startsWith("### ")))
        .hasSize(Problem.values().length);
  }

  @Test
  @DisplayName("docs/api.md names every operation of the contract")
  void namesEveryOperation() throws IOException {
    var page = Files.readString(DOCS.resolve("api.md"));

    for (var operation : new Contract().operations()) {
      assertThat(page).contains("`" + operation + "`");
    }
  }
}
