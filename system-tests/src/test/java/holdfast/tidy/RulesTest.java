package holdfast.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RulesTest {
  private static final Path FILE = Path.of("Some.java");

  @ParameterizedTest(name = "{0}")
  @DisplayName("What is banned is found")
  @ValueSource(
      strings = {
        "Thread.sleep(1);",
        "long now = System.currentTimeMillis();",
        "new Error().printStackTrace();",
        "try { run(); } catch (Exception e) { throw e; }",
        "try { run(); } catch (IllegalStateException | Throwable e) { throw e; }",
        "class ThingManager {}",
        "class AbstractThing {}",
      })
  void banned(String statement) {
    String source =
        "package holdfast.signal;\nclass Some {\n  void run() {\n    %s\n  }\n}\n"
            .formatted(statement);

    assertThat(JavaRules.check(FILE, source))
        .singleElement()
        .extracting(Finding::line)
        .isEqualTo(4L);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("What only looks banned is left alone")
  @ValueSource(
      strings = {
        "String text = \"Thread.sleep(1)\";",
        "// System.currentTimeMillis() would be wrong here",
        "try { run(); } catch (IllegalStateException e) { throw e; }",
        "class Managers {}",
      })
  void fine(String statement) {
    String source =
        "package holdfast.signal;\nclass Some {\n  void run() {\n    %s\n  }\n}\n"
            .formatted(statement);

    assertThat(JavaRules.check(FILE, source)).isEmpty();
  }

  @Test
  @DisplayName("A catch of everything is the shell's right")
  void shell() {
    String source =
        "package holdfast.client;\nclass Some { void run() { try { run(); } catch (Exception e) { } } }";

    assertThat(JavaRules.check(FILE, source)).isEmpty();
  }

  @Test
  @DisplayName("A disabled test and a mock are found by their annotation and import")
  void annotations() {
    String source = "import org.mockito.Mock;\nclass Some {\n  @Disabled void run() {}\n}\n";

    assertThat(JavaRules.check(FILE, source))
        .extracting(Finding::line)
        .containsExactlyInAnyOrder(1L, 3L);
  }

  @Test
  @DisplayName("Lines, methods and files are measured")
  void measures() {
    String method = "  void run() {\n" + "    run();\n".repeat(JavaRules.METHOD_LIMIT) + "  }\n";
    String long120 = "  // " + "x".repeat(JavaRules.LINE_LIMIT) + "\n";
    String source = "class Some {\n" + method + long120 + "\n".repeat(JavaRules.FILE_LIMIT) + "}\n";

    assertThat(JavaRules.check(FILE, source))
        .extracting(Finding::what)
        .satisfiesExactlyInAnyOrder(
            what -> assertThat(what).startsWith("run has 62 lines"),
            what -> assertThat(what).startsWith("line of 125 characters"),
            what -> assertThat(what).startsWith("file of 565 lines"));
  }

  @Test
  @DisplayName("Unfinished work, machine paths and registries are found in any text")
  void texts() {
    List<String> lines =
        List.of(
            "fine",
            "// TO" + "DO later",
            "cd /ro" + "ot/x",
            "see https://registry.npm" + "js.org/x",
            "/tm" + "p/hf/y");

    assertThat(TextRules.check(FILE, lines))
        .extracting(Finding::line)
        .containsExactly(2L, 3L, 4L, 5L);
  }

  @Test
  @DisplayName("A dead link is found, whether the file is missing or the heading")
  void links(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("a.md"),
        "# One, two\n[b](b.md) [x](x.md)\n[h](b.md#so-it-is)\n[g](b.md#gone)\n");
    Files.writeString(
        folder.resolve("b.md"), "## So it is!\n[up](a.md#one-two) [web](https://example.org/x)\n");
    Tree tree = Tree.of(folder);

    assertThat(tree.ending(".md").flatMap(file -> TextRules.deadLinks(tree, file).stream()))
        .extracting(Finding::toString)
        .containsExactly("a.md:2: dead link x.md", "a.md:4: dead link b.md#gone");
  }

  @Test
  @DisplayName("A command that the launcher doesn't have is found")
  void commands() {
    assertThat(
            TextRules.unknownCommands(
                FILE, List.of("./holdfast run --sandbox", "`./holdfast fly`"), Set.of("run")))
        .extracting(Finding::line)
        .containsExactly(2L);
  }
}
