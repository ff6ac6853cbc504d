package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The launcher in a tree of its own, where the JDK and Maven are small scripts that note how they
/// were called: what is started, in which order and with which words is all that matters here.
@Timeout(60)
class LauncherTest {
  /// Plays both programs: says that it is ready, and ends when told to.
  private static final String JAVA =
      """
      #!/bin/bash
      echo "$*" | sed 's#.*/lib/\\* ##' >> "$NOTES"
      case "$*" in
        *sandbox.Main*)
          trap 'echo "sandbox ended" >> "$NOTES"; exit 0' TERM
          echo "sandbox ready $SANDBOX" ;;
        *"gateway.Main run"*)
          trap 'echo "gateway ended" >> "$NOTES"; exit 143' TERM
          echo "admin key $HOLDFAST_ADMIN_KEY" >> "$NOTES"
          echo "ready http://127.0.0.1:8080"
          [ -z "$GATEWAY_CODE" ] || exit "$GATEWAY_CODE" ;;
        *) exit 7 ;;
      esac
      while :; do sleep 0.1; done
      """;

  private static final String MAVEN =
      """
      #!/bin/bash
      echo "mvn $*" >> "$NOTES"
      for module in gateway sandbox system-tests; do
        mkdir -p $module/target/lib && touch $module/target/$module-0.1.0.jar
      done
      """;

  @TempDir Path root;

  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void makeTree() throws IOException {
    Files.copy(BaileysPeer.folder().resolve("../../holdfast"), root.resolve("holdfast"));
    source("gateway/src/main/Some.java");
    script("jdk/bin/java", JAVA);
    script("jdk/bin/javac", "#!/bin/bash\n");
    Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    script("bin/mvn", MAVEN);
  }

  @AfterEach
  void endAll() {
    for (Process launcher : started) {
      launcher.descendants().forEach(ProcessHandle::destroyForcibly);
      launcher.destroyForcibly();
    }
  }

  @Test
  @DisplayName(
      "run --sandbox starts the sandbox first, points the gateway at it, and ends both on TERM")
  void besideTheSandbox() throws Exception {
    try (var sandbox = new Sandbox()) {
      Process launcher = launch(sandbox.environment(), "run", "--sandbox", "--port", "8081");
      String key = awaitExamples(launcher);

      launcher.destroy();
      assertThat(launcher.waitFor()).isEqualTo(143);
      assertThat(notes())
          .containsExactly(
              "mvn -q -B -DskipTests -pl sandbox,gateway -am package",
              "holdfast.sandbox.Main --port 8090 --data ./data-sandbox/sandbox",
              "holdfast.gateway.Main run --data ./data-sandbox --whatsapp-url ws://there"
                  + " --whatsapp-root ab01 --trust /ca.pem --port 8081",
              "admin key " + key,
              "gateway ended",
              "sandbox ended");
    }
  }

  @Test
  @DisplayName(
      "When the gateway ends by itself the sandbox ends too, and the gateway's exit code is kept")
  void keepsTheExitCode() throws Exception {
    try (var sandbox = new Sandbox()) {
      var environment = sandbox.environment();
      environment.put("GATEWAY_CODE", "9");
      Process launcher = launch(environment, "run", "--sandbox");

      assertThat(launcher.waitFor()).isEqualTo(9);
      assertThat(notes()).endsWith("sandbox ended");
    }
  }

  @Test
  @DisplayName("It builds what is missing or older than its sources, and nothing else")
  void buildsWhatIsStale() throws Exception {
    assertThat(launch("doctor").waitFor()).isEqualTo(7);
    assertThat(launch("key", "create").waitFor()).isEqualTo(7);
    age("gateway/target/built");
    source("gateway/src/main/Other.java");
    assertThat(launch("backup", "to here").waitFor()).isEqualTo(7);

    String build = "mvn -q -B -DskipTests -pl gateway -am package";
    assertThat(notes())
        .containsExactly(
            build,
            "holdfast.gateway.Main doctor",
            "holdfast.gateway.Main key create",
            build,
            "holdfast.gateway.Main backup to here");
  }

  @Test
  @DisplayName("--fresh empties what a sandbox has made, and leaves any other folder alone")
  void fresh() throws Exception {
    Files.createDirectories(root.resolve("mine/sandbox"));
    Files.createDirectories(root.resolve("theirs/photos"));
    try (var sandbox = new Sandbox()) {
      awaitExamples(launch(sandbox.environment(), "run", "--sandbox", "--fresh", "--data=mine"));
      Process refused =
          launch(sandbox.environment(), "run", "--sandbox", "--fresh", "--data", "theirs");

      assertThat(output(refused)).contains("--fresh leaves it alone");
      assertThat(refused.waitFor()).isEqualTo(1);
      assertThat(root.resolve("theirs/photos")).exists();
    }
  }

  @Test
  @DisplayName(
      "bench hands its words to the bench as they are; help says that it can use PostgreSQL")
  void bench() throws Exception {
    assertThat(launch("bench", "messages", "--count", "2000", "--postgres").waitFor()).isEqualTo(7);

    assertThat(notes())
        .containsExactly(
            "mvn -q -B -DskipTests -pl system-tests -am package",
            "holdfast.bench.Main messages --count 2000 --postgres");
    assertThat(output(launch("help"))).contains("messages [--count N] [--tenants N] [--postgres]");
  }

  @Test
  @DisplayName("A command that doesn't exist is refused with the list of those that do")
  void unknown() throws Exception {
    Process launcher = launch("fly");

    assertThat(output(launcher)).contains("no command fly").contains("import-baileys");
    assertThat(launcher.waitFor()).isEqualTo(2);
  }

  private Process launch(String... command) throws IOException {
    return launch(Map.of("SANDBOX", ""), command);
  }

  private Process launch(Map<String, String> environment, String... command) throws IOException {
    var words = new ArrayList<>(List.of(root.resolve("holdfast").toString()));
    words.addAll(List.of(command));
    var builder = new ProcessBuilder(words).directory(root.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("NOTES", root.resolve("notes").toString());
    builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().merge("PATH", root.resolve("bin") + ":", (path, bin) -> bin + path);
    builder.environment().keySet().removeIf(name -> name.startsWith("HOLDFAST_"));
    Process launcher = builder.start();
    started.add(launcher);
    return launcher;
  }

  /// Reads until the examples have been shown, and gives the key in them.
  private static String awaitExamples(Process launcher) throws IOException {
    String key = "";
    String line = launcher.inputReader().readLine();
    while (line != null && !line.contains("events?after=0")) {
      key = line.startsWith("KEY=") ? line.substring(4) : key;
      line = launcher.inputReader().readLine();
    }
    assertThat(key).as("the key in the examples").matches("[0-9a-f]{48}");
    return key;
  }

  private static String output(Process launcher) throws InterruptedException, IOException {
    assertThat(launcher.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private List<String> notes() throws IOException {
    return Files.readAllLines(root.resolve("notes"));
  }

  private void source(String file) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, "");
  }

  private void age(String file) throws IOException {
    Files.setLastModifiedTime(
        root.resolve(file), FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
  }

  private void script(String file, String text) throws IOException {
    source(file);
    Files.writeString(root.resolve(file), text);
    Files.setPosixFilePermissions(root.resolve(file), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// Answers the launcher's question where the sandbox is, as the sandbox's control does.
  private static final class Sandbox implements AutoCloseable {
    private final HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

    Sandbox() throws IOException {
      byte[] about =
          "{\"wsUrl\": \"ws://there\",\n \"noiseRoot\": \"ab01\", \"caFile\": \"/ca.pem\"}"
              .getBytes(StandardCharsets.UTF_8);
      server.createContext(
          "/sandbox",
          exchange -> {
            exchange.sendResponseHeaders(200, about.length);
            try (var body = exchange.getResponseBody()) {
              body.write(about);
            }
          });
      server.start();
    }

    Map<String, String> environment() {
      String address = "http://127.0.0.1:" + server.getAddress().getPort();
      return new HashMap<>(Map.of("SANDBOX", address));
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
