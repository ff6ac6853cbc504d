package holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OperationsDocTest {
  @Test
  @DisplayName("docs/operations.md has every setting, its standard and its meaning, and no other")
  void listsEverySetting() throws IOException {
    var page = Files.readString(Path.of("..", "docs", "operations.md"));

    for (var setting : Setting.values()) {
      var standard = setting.standard().isEmpty() ? "" : "`" + setting.standard() + "`";
      assertThat(page)
          .contains(
              "| `%s` | %s | %s |"
                  .formatted(setting.key(), standard, setting.meaning())
                  .replace("|  |", "| |"));
    }
    assertThat(page.lines().filter(line -> line.startsWith("| `") && line.endsWith(" |")))
        .hasSizeGreaterThanOrEqualTo(Setting.values().length);
  }
}
