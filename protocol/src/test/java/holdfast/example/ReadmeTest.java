package holdfast.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  @DisplayName("The README shows the example as it is compiled")
  void showsWhatCompiles() throws IOException {
    var example = Files.readString(Path.of("src/test/java/holdfast/example/Echo.java"));

    assertThat(Files.readString(Path.of("README.md"))).contains("```java\n" + example + "```");
  }
}
