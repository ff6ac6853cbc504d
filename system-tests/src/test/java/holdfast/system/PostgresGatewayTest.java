package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The gateway as a process on a PostgreSQL as a process; either is killed.
class PostgresGatewayTest {
  private static final String OURS = "15550109001";
  private static final String ECHO = "15550109002";
  private static final String TENANT = "/v1/tenants/shop";
  private static final int REFUSED = 503;

  @TempDir Path folder;
  private Sandbox sandbox;
  private int port;
  private EmbeddedPostgres server;
  private GatewayProcess gateway;

  @BeforeEach
  void start() throws Exception {
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    server = startServer();
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    gateway = startGateway();
    gateway.put(TENANT, Map.of());
    gateway.post(TENANT + "/start", Map.of("wait", "qr", "timeout", "PT20S"));
    sandbox.scan(OURS, gateway.get(TENANT + "/qr").body().required("qr").asText());
    connected();
  }

  @AfterEach
  void close() throws IOException {
    gateway.close();
    sandbox.close();
    server.close();
  }

  @Test
  @DisplayName("R21, R22: on PostgreSQL a tenant is linked, chats, and goes on after SIGKILL")
  void survivesAKill() throws Exception {
    say(0, 10);
    heard(0, 10);
    gateway.kill();
    gateway = startGateway();
    connected();
    say(10, 20);
    heard(0, 20);

    assertThat(gateway.texts("shop")).doesNotHaveDuplicates();
    assertThat(sandbox.violations(Optional.of(OURS + ":1"))).isEmpty();
    assertThat(sandbox.sockets().of(OURS + ":1").orElseThrow().replacedLive()).isZero();
  }

  @Test
  @DisplayName(
      "R22: PostgreSQL is killed and comes back: not ready meanwhile, sends are refused, nothing"
          + " is lost or doubled, and all goes on")
  void survivesTheDatabase() throws Exception {
    say(0, 5);
    heard(0, 5);
    killServer();
    assertThat(gateway.post(TENANT + "/messages", text(5), "n5").status()).isEqualTo(REFUSED);
    assertThat(gateway.get("/health/ready").status()).isEqualTo(REFUSED);
    assertThat(gateway.get("/health/live").status()).isEqualTo(200);

    server.close();
    server = startServer();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> gateway.get("/health/ready").status() == 200);
    connected();
    say(5, 10);
    heard(0, 10);

    assertThat(gateway.texts("shop")).doesNotHaveDuplicates();
    assertThat(texts(ECHO)).doesNotHaveDuplicates();
    assertThat(sandbox.violations(Optional.of(OURS + ":1"))).isEmpty();
    assertThat(sandbox.sockets().of(OURS + ":1").orElseThrow().replacedLive()).isZero();
  }

  private EmbeddedPostgres startServer() throws IOException {
    return EmbeddedPostgres.builder()
        .setPort(port)
        .setDataDirectory(folder.resolve("pg"))
        .setCleanDataDirectory(false)
        .setServerConfig("synchronous_commit", "on")
        .start();
  }

  private GatewayProcess startGateway() throws Exception {
    var url = "postgresql://postgres@localhost:" + port + "/postgres";
    return GatewayProcess.start(folder.resolve("data"), sandbox, "--database-url", url);
  }

  /// As a crash does it, its children included.
  private void killServer() throws IOException {
    var pid = Files.readAllLines(folder.resolve("pg").resolve("postmaster.pid")).getFirst();
    var process = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    var children = process.children().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    await().until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  private void connected() {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> gateway.get(TENANT + "/status").body().path("state").asText(),
            "connected"::equals);
  }

  private static Map<String, String> text(int number) {
    return Map.of("to", "+" + ECHO, "type", "text", "text", "text " + number);
  }

  private void say(int from, int to) {
    for (int n = from; n < to; n++) {
      assertThat(gateway.post(TENANT + "/messages", text(n), "n" + n).status()).isEqualTo(202);
    }
  }

  /// The phone says back what it was told.
  private void heard(int from, int to) {
    var expected = IntStream.range(from, to).mapToObj(n -> "text " + n).toList();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(echoes()).containsAll(expected));
  }

  private List<String> echoes() {
    return gateway.texts("shop").stream()
        .map(text -> text.replaceFirst("^.*?text", "text"))
        .toList();
  }

  private List<String> texts(String phone) {
    return sandbox.phoneMessages(phone).stream()
        .filter(note -> note.from().toString().contains(OURS))
        .map(note -> note.text())
        .toList();
  }
}
