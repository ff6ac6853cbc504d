package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The gateway by nothing but its API, against the sandbox.
@Timeout(120)
class GatewayEndToEndTest {
  private static final String PHONE = "15550109001";
  private static final String ECHO = "+15550109002";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path temp;
  private Sandbox sandbox;
  private GatewayUnderTest gateway;
  private PlayedTenant ours;

  @BeforeEach
  void start() throws Sandbox.NotStarted {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    gateway = new GatewayUnderTest(sandbox, temp);
    ours = new PlayedTenant(sandbox, gateway, PHONE);
    gateway.put(ours.path(), "{}");
  }

  @AfterEach
  void stop() {
    gateway.close();
    sandbox.close();
  }

  @Test
  @DisplayName(
      "R9, R11, R21 Linked by a scan, it chats, and after a restart it goes on without a QR")
  void linksChatsAndComesBack() {
    link();
    var sent = send("are you there?");
    awaitEcho("are you there?");
    await().atMost(PATIENCE).until(() -> message(sent).get("state").asText().equals("delivered"));
    assertThat(gateway.get(ours.path() + "/qr").status()).isEqualTo(404);

    gateway.restart();
    ours.await("connected");
    send("still there?");
    awaitEcho("still there?");

    var seqs = ours.events().stream().map(event -> event.get("seq").asLong()).toList();
    assertThat(seqs)
        .isEqualTo(IntStream.rangeClosed(1, seqs.size()).mapToObj(Long::valueOf).toList());
    assertThat(sandbox.violations(Optional.empty())).isEmpty();
    assertThat(sandbox.sockets().total().maxOpen()).isEqualTo(1);
  }

  @Test
  @DisplayName("R3 A hundred starts at once open one socket and get a hundred answers")
  void startsOnce() throws Exception {
    link();
    ours.post("/stop", "{}");
    long before = sandbox.sockets().total().accepted();

    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          executor.invokeAll(
              IntStream.range(0, 100)
                  .mapToObj(
                      _ ->
                          (java.util.concurrent.Callable<String>)
                              () ->
                                  ours.post(
                                          "/start",
                                          "{\"wait\":\"connected\",\"timeout\":\"PT30S\"}")
                                      .json()
                                      .get("result")
                                      .asText())
                  .toList());
      var results = answers.stream().map(Future::resultNow).toList();
      assertThat(results)
          .hasSize(100)
          .isSubsetOf("started", "start_in_progress_completed", "already_connected");
      assertThat(results.stream().filter("started"::equals)).hasSize(1);
    }
    assertThat(sandbox.sockets().total().accepted() - before).isEqualTo(1);
    assertThat(sandbox.sockets().total().maxOpen()).isEqualTo(1);
  }

  @Test
  @DisplayName("R10 Linked by the code that is typed on the phone")
  void linksByCode() {
    var code = ours.post("/pairing-code", "{\"phone\":\"+" + PHONE + "\"}").json();
    sandbox.enterCode(PHONE, code.get("code").asText());
    ours.await("connected");
  }

  @Test
  @DisplayName("R34 One idempotency key is one message, however often it is asked for")
  void sendsOnce() {
    link();
    var ids = new java.util.HashSet<String>();
    for (int i = 0; i < 5; i++) {
      ids.add(
          gateway
              .send(ours.tenant(), ECHO, "once", Optional.of("order-1"))
              .get("messageId")
              .asText());
    }
    awaitEcho("once");
    send("after");
    awaitEcho("after");
    assertThat(ids).hasSize(1);
    assertThat(ours.received()).containsExactly("once", "after");
  }

  @Test
  @DisplayName("R17 A link that the phone ends is told once, and isn't restored")
  void isUnlinked() {
    link();
    sandbox.unlink(PHONE, 1);
    ours.await("logged_out");
    assertThat(gateway.send(ours.tenant(), ECHO, "too late", Optional.empty()).get("code").asText())
        .isEqualTo("cannot_send");
    gateway.restart();
    assertThat(ours.state()).isEqualTo("logged_out");
    assertThat(
            ours.events().stream().filter(e -> e.get("type").asText().equals("session.logged_out")))
        .hasSize(1);
  }

  @Test
  @DisplayName("R31, R37 A message makes one event, and the webhook is told of it")
  void tellsTheBackend() throws Exception {
    var bodies = new CopyOnWriteArrayList<String>();
    var backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext(
        "/",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    backend.start();
    try {
      link();
      gateway.put(
          ours.path() + "/webhook",
          "{\"url\":\"http://127.0.0.1:%d/\",\"types\":[\"message.received\"]}"
              .formatted(backend.getAddress().getPort()));
      send("ping");
      await().atMost(PATIENCE).until(() -> bodies.size() == 1);
      assertThat(bodies.getFirst()).contains("\"text\":\"ping\"", "\"phone\":\"" + ECHO + "\"");
      assertThat(ours.received()).containsExactly("ping");
    } finally {
      backend.stop(0);
    }
  }

  private void link() {
    ours.post("/start", "{\"wait\":\"qr\",\"timeout\":\"PT30S\"}");
    ours.scan();
    ours.await("connected");
  }

  private String send(String text) {
    return gateway.send(ours.tenant(), ECHO, text, Optional.empty()).get("id").asText();
  }

  private JsonNode message(String id) {
    return gateway.get(ours.path() + "/messages/" + id).json();
  }

  private void awaitEcho(String text) {
    await().atMost(PATIENCE).until(() -> ours.received().contains(text));
  }
}
