package holdfast.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.store.Control;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The dashboard, the alerts and the docs name metrics: each must be one that there is.
class MonitoringTest {
  private static final Path DASHBOARD = Path.of("..", "ops", "grafana.json");
  private static final Path ALERTS = Path.of("..", "ops", "alerts.yaml");
  private static final Path DOCS = Path.of("..", "docs", "operations.md");
  private static final Pattern NAME =
      Pattern.compile("\\b(?:holdfast|jvm|process)_[a-z0-9_]+[a-z0-9]");
  private static final Pattern STATE = Pattern.compile("state=~?\\\\*\"([a-z_|]+)");

  @TempDir private Path temp;
  private String scraped = "";

  @BeforeEach
  void scrape() {
    try (var folder = DataFolder.open(temp);
        var database = Database.open(folder, Optional.empty());
        var metrics = new Metrics(InstantSource.system())) {
      scraped = metrics.scrape(_ -> {}, database);
    }
  }

  /// As a query names them: a histogram by its parts.
  private Set<String> metrics() {
    return scraped
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[ {]", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> named(String text) {
    return NAME.matcher(text)
        .results()
        .map(java.util.regex.MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  @DisplayName("R39 Every metric of the dashboard and of the alerts exists")
  void namesWhatExists() throws IOException {
    assertThat(named(Files.readString(DASHBOARD))).hasSizeGreaterThan(20).isSubsetOf(metrics());
    assertThat(named(Files.readString(ALERTS))).hasSizeGreaterThan(9).isSubsetOf(metrics());
  }

  @Test
  @DisplayName("R39 Every state that they ask for exists")
  void namesStatesThatExist() throws IOException {
    for (var file : new Path[] {DASHBOARD, ALERTS}) {
      var states = STATE.matcher(Files.readString(file)).results().toList();
      assertThat(states).isNotEmpty();
      for (var found : states) {
        assertThat(found.group(1).split("\\|")).isSubsetOf(Control.PHASES);
      }
    }
  }

  @Test
  @DisplayName("R39 The dashboard and the alerts can be read, and each alert says what it means")
  void canBeRead() throws IOException {
    var dashboard = new JsonMapper().readTree(DASHBOARD.toFile());
    assertThat(dashboard.get("panels")).isNotEmpty();
    for (var panel : dashboard.get("panels")) {
      assertThat(panel.at("/targets/0/expr").asText()).as(panel.get("title").asText()).isNotEmpty();
    }
    var docs = Files.readString(DOCS);
    for (var rule : new YAMLMapper().readTree(ALERTS.toFile()).at("/groups/0/rules")) {
      assertThat(rule.at("/annotations/summary").asText()).isNotEmpty();
      assertThat(docs).contains("| `" + rule.get("alert").asText() + "` |");
    }
  }

  @Test
  @DisplayName("R39 docs/operations.md has every metric of ours, and no other")
  void documentsEach() throws IOException {
    var documented =
        Files.readString(DOCS)
            .lines()
            .filter(line -> line.startsWith("| `holdfast_"))
            .map(line -> line.split("`", 3)[1])
            .map(name -> name.replaceAll("\\{.*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    var ours =
        scraped
            .lines()
            .filter(line -> line.startsWith("# TYPE holdfast_"))
            .map(line -> line.split(" ")[2])
            .filter(name -> !name.endsWith("_max"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(documented).isEqualTo(ours);
  }

  @Test
  @DisplayName("R25, R39 No metric has a label that could grow with the tenants")
  void boundsLabels() {
    var labels =
        Pattern.compile("holdfast_\\w+\\{([a-z]+)=")
            .matcher(scraped)
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    assertThat(labels).containsExactlyInAnyOrder("state", "reason", "outcome", "le");
  }
}
