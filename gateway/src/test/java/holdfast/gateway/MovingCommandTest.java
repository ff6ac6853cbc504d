package holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MovingCommandTest {
  private static final Path FOLDERS = Path.of("src", "test", "resources", "baileys");
  private static final String ANN = FOLDERS.resolve("7.0.0-rc14/ann").toString();

  @TempDir private Path temp;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /// Where the database is, empty for the embedded one.
  Optional<String> database() {
    return Optional.empty();
  }

  private Map<String, String> environment() {
    return Map.of(
        "HOLDFAST_DATA",
        temp.resolve("data").toString(),
        "HOLDFAST_PORT",
        "0",
        "HOLDFAST_WHATSAPP_URL",
        "ws://127.0.0.1:1/ws/chat",
        "HOLDFAST_DATABASE_URL",
        database().orElse(""));
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return new Main(
            environment(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(arguments);
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String complained() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("R26 A folder is imported by a command, once, and exported by another")
  void movesOne() throws IOException {
    assertThat(run("import-baileys", "shop", ANN)).isZero();
    assertThat(said()).isEqualTo("shop: imported, 4 ratchets, 2 prekeys, 2 sender keys\n");

    assertThat(run("import-baileys", "shop", ANN)).isEqualTo(Main.FAILED);
    assertThat(said()).contains("shop: refused: the tenant is linked already");
    assertThat(run("import-baileys", "shop", ANN, "--replace")).isZero();

    var target = temp.resolve("exported");
    assertThat(run("export-baileys", "shop", target.toString())).isZero();
    assertThat(Files.exists(target.resolve("creds.json"))).isTrue();
    assertThat(run("export-baileys", "shop", target.toString())).isEqualTo(Main.FAILED);
    assertThat(said()).contains("holds an auth state already");
    assertThat(run("export-baileys", "nobody", target.toString())).isEqualTo(Main.BAD_SETTINGS);
  }

  @Test
  @DisplayName(
      "R26 A tree of 100 tenants is imported at once; one that is damaged holds up no other")
  void movesATree() throws IOException {
    var tree = temp.resolve("storage").resolve("whatsapp");
    for (int tenant = 0; tenant < 100; tenant++) {
      var version = tenant % 2 == 0 ? "7.0.0-rc14" : "6.7.24";
      var target = tree.resolve("tenant-" + tenant).resolve("auth");
      copy(FOLDERS.resolve(version).resolve(tenant % 3 == 0 ? "ann" : "bob"), target);
    }
    Files.writeString(tree.resolve("tenant-41").resolve("auth").resolve("creds.json"), "{\"noise");
    Files.createDirectories(tree.resolve("no tenant!"));

    assertThat(run("import-baileys", "--all", tree.toString())).isEqualTo(Main.FAILED);

    assertThat(said().lines()).hasSize(101);
    assertThat(said().lines().filter(line -> line.contains(": imported, "))).hasSize(99);
    assertThat(said())
        .contains("tenant-41: refused: creds.json: is no whole JSON")
        .contains("no tenant!: refused: a tenant id must match");
    assertThat(run("export-baileys", "tenant-40", temp.resolve("out").toString())).isZero();
    assertThat(run("export-baileys", "tenant-41", temp.resolve("none").toString()))
        .isEqualTo(Main.BAD_SETTINGS);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (var file : files.toList()) {
        Files.copy(file, to.resolve(String.valueOf(file.getFileName())));
      }
    }
  }

  @Test
  @DisplayName("Beside a running gateway the commands are refused, and say what to do instead")
  void leavesARunningGatewayAlone() {
    try (var _ = Gateway.start(Settings.of(environment()))) {
      assertThat(run("import-baileys", "shop", ANN)).isEqualTo(Main.STORE_REFUSED);
      assertThat(complained()).contains("another Holdfast runs").contains("POST …/import");
    }
  }

  @Test
  @DisplayName("Arguments that say too little or too much are one line")
  void refusesArguments() {
    assertThat(run("import-baileys")).isEqualTo(Main.BAD_SETTINGS);
    assertThat(run("import-baileys", "shop")).isEqualTo(Main.BAD_SETTINGS);
    assertThat(run("import-baileys", "shop", "--all", ANN)).isEqualTo(Main.BAD_SETTINGS);
    assertThat(run("export-baileys", "shop")).isEqualTo(Main.BAD_SETTINGS);
    assertThat(complained()).contains("name a TENANT and a FOLDER");
    assertThat(run("import-baileys", "shop", "/nowhere/at/all")).isEqualTo(Main.FAILED);
    assertThat(said()).contains("there is no folder");
  }
}
