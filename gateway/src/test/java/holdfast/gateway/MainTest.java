package holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.gateway.store.MasterKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The process as an operator meets it. WhatsApp is a port on this machine that nobody listens on.
@Timeout(60)
class MainTest {
  private static final String NOWHERE = "ws://127.0.0.1:1/ws/chat";

  @TempDir private Path temp;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  @DisplayName("At the first start a key is made that opens the API; at the second there is none")
  void makesTheFirstKey() throws Exception {
    String key;
    try (var gateway = Gateway.start(settings(Map.of()))) {
      key = gateway.madeAdminKey().orElseThrow();
      assertThat(status(gateway.url() + "/v1/keys", key)).isEqualTo(200);
      assertThat(status(gateway.url() + "/health/ready", "")).isEqualTo(200);
    }
    try (var gateway = Gateway.start(settings(Map.of()))) {
      assertThat(gateway.madeAdminKey()).isEmpty();
      assertThat(status(gateway.url() + "/v1/keys", key)).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("R1 A second gateway on the same data folder ends with one clear line")
  void refusesASecondOne() {
    try (var _ = Gateway.start(settings(Map.of()))) {
      assertThat(run("run", "--port", "0")).isEqualTo(Main.STORE_REFUSED);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .isEqualTo("holdfast: another Holdfast runs on the data folder " + data() + "\n");
    }
  }

  @Test
  @DisplayName(
      "A port that is taken, a data folder that is a file and another root each are one line")
  void refusesTheRest() throws IOException {
    try (var gateway = Gateway.start(settings(Map.of()))) {
      var port = String.valueOf(URI.create(gateway.url()).getPort());
      assertThat(run("run", "--port", port, "--data", temp.resolve("other").toString()))
          .isEqualTo(Main.PORT_TAKEN);
    }
    var file = Files.createFile(temp.resolve("file")).toString();
    assertThat(run("run", "--data", file)).isEqualTo(Main.STORE_REFUSED);
    assertThat(run("run", "--whatsapp-root", "00".repeat(32))).isEqualTo(Main.STORE_REFUSED);
    var key = HexFormat.of().formatHex(MasterKey.random().bytes());
    assertThat(run("run", "--master-key", key)).isEqualTo(Main.STORE_REFUSED);

    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .hasSize(4)
        .allMatch(line -> line.startsWith("holdfast: "))
        .anyMatch(line -> line.endsWith("is taken by another program"))
        .anyMatch(line -> line.endsWith("is a file"))
        .anyMatch(line -> line.contains("another Noise root"))
        .anyMatch(line -> line.contains("the master key isn't the one"));
  }

  @Test
  @DisplayName("Flags and commands that don't exist are refused in one line")
  void refusesNonsense() {
    assertThat(run("run", "--prot", "1")).isEqualTo(Main.BAD_SETTINGS);
    assertThat(run("fly")).isEqualTo(Main.BAD_SETTINGS);
    assertThat(run("run", "--port", "x")).isEqualTo(Main.BAD_SETTINGS);
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(3);
  }

  @Test
  @DisplayName("key makes, lists and revokes keys beside a running gateway")
  void makesKeys() throws Exception {
    try (var gateway = Gateway.start(settings(Map.of()))) {
      assertThat(run("key", "create", "--name", "backup script")).isZero();
      var key = out.toString(StandardCharsets.UTF_8).strip();
      assertThat(status(gateway.url() + "/v1/keys", key)).isEqualTo(200);

      out.reset();
      assertThat(run("key", "list")).isZero();
      var line =
          out.toString(StandardCharsets.UTF_8)
              .lines()
              .filter(each -> each.endsWith("backup script"))
              .findFirst()
              .orElseThrow();
      assertThat(line).doesNotContain(key);
      assertThat(run("key", "revoke", line.substring(0, 26))).isZero();
      assertThat(status(gateway.url() + "/v1/keys", key)).isEqualTo(401);
    }
    assertThat(run("key", "create", "--scope", "tenant")).isEqualTo(Main.BAD_SETTINGS);
  }

  @Test
  @DisplayName("doctor says what isn't right, and ends accordingly")
  void examines() {
    assertThat(run("doctor")).isEqualTo(Main.FAILED);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("ok   settings", "ok   store", "BAD  whatsapp");
  }

  private int run(String... words) {
    var environment = Map.of("HOLDFAST_DATA", data().toString(), "HOLDFAST_WHATSAPP_URL", NOWHERE);
    return new Main(
            environment,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(words);
  }

  private Path data() {
    return temp.resolve("data");
  }

  private Settings settings(Map<Setting, String> more) {
    var flags = new EnumMap<Setting, String>(Setting.class);
    flags.put(Setting.DATA, data().toString());
    flags.put(Setting.WHATSAPP_URL, NOWHERE);
    flags.put(Setting.PORT, "0");
    flags.putAll(more);
    return Settings.of(Optional.empty(), Map.of(), flags);
  }

  private static int status(String url, String key) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).header("X-Api-Key", key).build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }
}
