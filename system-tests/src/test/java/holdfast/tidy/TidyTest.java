package holdfast.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TidyTest {
  /// Findings that stand, each by words of it and with its reason. Haste is none.
  private static final Map<String, String> ALLOWED =
      Map.of("EdwardsBase says nothing", "a curve's base point is called that");

  private static final Pattern PURPOSE = Pattern.compile("/// \\S.*");

  private static final Tree TREE = Tree.here();

  @Test
  @DisplayName("Java files keep the house's limits, names and bans")
  void javaFiles() {
    assertThat(
            TREE.ending(".java").flatMap(file -> JavaRules.check(file, TREE.text(file)).stream()))
        .filteredOn(TidyTest::isNotAllowed)
        .isEmpty();
  }

  @Test
  @DisplayName(
      "Every package says on the first line of its package-info what it is for, and is null-marked")
  void packages() {
    assertThat(packagesOf("src/main/java"))
        .allSatisfy(
            folder ->
                assertThat(TREE.holds(folder.resolve("package-info.java")))
                    .as("%s", folder)
                    .isTrue());
    assertThat(TREE.ending("package-info.java"))
        .isNotEmpty()
        .allSatisfy(
            file -> {
              assertThat(TREE.lines(file).getFirst())
                  .as("purpose line of %s", file)
                  .matches(PURPOSE);
              assertThat(TREE.text(file)).as("%s", file).contains("@NullMarked");
            });
  }

  @Test
  @DisplayName("A package of tests is one of the code beside it, or says itself what it is for")
  void testPackages() {
    Set<Path> main = packagesOf("src/main/java").map(TidyTest::inMain).collect(Collectors.toSet());

    assertThat(packagesOf("src/test/java"))
        .filteredOn(folder -> !main.contains(inMain(folder)))
        .allSatisfy(
            folder ->
                assertThat(TREE.holds(folder.resolve("package-info.java")))
                    .as("%s", folder)
                    .isTrue());
  }

  @Test
  @DisplayName("Nothing in the tree is unfinished or names a machine's paths or a registry")
  void texts() {
    assertThat(written().flatMap(file -> TextRules.check(file, TREE.lines(file)).stream()))
        .filteredOn(TidyTest::isNotAllowed)
        .isEmpty();
  }

  @Test
  @DisplayName("Links between the docs lead somewhere")
  void links() {
    assertThat(TREE.ending(".md").flatMap(file -> TextRules.deadLinks(TREE, file).stream()))
        .isEmpty();
  }

  @Test
  @DisplayName("Commands named in the docs exist in the launcher")
  void commands() {
    Set<String> known = launcherCommands();

    assertThat(known).contains("run", "sandbox", "test");
    assertThat(
            TREE.ending(".md")
                .flatMap(file -> TextRules.unknownCommands(file, TREE.lines(file), known).stream()))
        .isEmpty();
  }

  private static Set<String> launcherCommands() {
    String line =
        TREE.lines(Path.of("holdfast")).stream()
            .filter(each -> each.startsWith("COMMANDS="))
            .findFirst()
            .orElseThrow();
    return Set.of(line.replaceAll("COMMANDS=|\"", "").strip().split(" "));
  }

  private static Stream<Path> written() {
    List<String> kinds =
        List.of(
            ".java", ".md", ".xml", ".yaml", ".yml", ".json", ".mjs", ".js", ".css", ".html",
            ".sql", ".proto", ".sh");
    return TREE.like(
        file ->
            kinds.stream().anyMatch(file.toString()::endsWith)
                || !file.getFileName().toString().contains("."));
  }

  private static Stream<Path> packagesOf(String source) {
    return TREE.ending(".java")
        .map(Path::getParent)
        .filter(folder -> folder.toString().contains(source))
        .distinct();
  }

  private static Path inMain(Path folder) {
    return Path.of(folder.toString().replace("src/test/java", "src/main/java"));
  }

  private static boolean isNotAllowed(Finding finding) {
    return ALLOWED.keySet().stream().noneMatch(finding.what()::contains);
  }
}
