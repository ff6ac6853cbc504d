package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `docs/examples/Worker.java` as a process of its own, killed at the worst moments. Between it and
/// the gateway stands a passage that tells of each answer and lets it through, or not.
@Timeout(180)
class WorkerExampleTest {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("basedir", "."), "..", "docs", "examples", "Worker.java");
  private static final String SHOP = "15550109001";
  private static final String ANN = "15550100007";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// What becomes of an answer that the worker gives.
  private enum Passage {
    /// It gets no further.
    HELD,
    /// The gateway has it, and the worker never learns.
    UNANSWERED,
    OPEN
  }

  @TempDir private Path temp;
  private Sandbox sandbox;
  private GatewayUnderTest gateway;
  private HttpServer between;
  private final HttpClient client = HttpClient.newHttpClient();
  private final BlockingQueue<Passage> plan = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> passed = new LinkedBlockingQueue<>();
  private final CountDownLatch over = new CountDownLatch(1);

  @BeforeEach
  void start() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    sandbox.makePhone(ANN, "Ann");
    gateway = new GatewayUnderTest(sandbox, temp);
    gateway.put("/v1/tenants/shop", "{}");
    gateway.post("/v1/tenants/shop/start", "{\"wait\":\"qr\",\"timeout\":\"PT30S\"}");
    sandbox.scan(SHOP, gateway.get("/v1/tenants/shop/qr").json().get("qr").asText());
    await()
        .atMost(PATIENCE)
        .until(
            () -> gateway.get("/v1/tenants/shop/status").json().get("state").asText(),
            "connected"::equals);
    between = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    between.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    between.createContext("/", this::pass);
    between.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    between.stop(0);
    gateway.close();
    sandbox.close();
    client.close();
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      var passage = plan.poll();
      var headers = exchange.getRequestHeaders();
      if (passage != Passage.HELD) {
        var answer =
            client.send(
                HttpRequest.newBuilder(URI.create(gateway.url() + exchange.getRequestURI()))
                    .header("Authorization", headers.getFirst("Authorization"))
                    .header("Content-Type", headers.getFirst("Content-Type"))
                    .header("Idempotency-Key", headers.getFirst("Idempotency-Key"))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        passed.add(headers.getFirst("Idempotency-Key") + " " + answer.statusCode());
        if (passage != Passage.UNANSWERED) {
          exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
          exchange.getResponseBody().write(answer.body());
          return;
        }
      } else {
        passed.add("held");
      }
      over.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @DisplayName(
      "R44 The example worker answers once, though it dies before and after its answer and the"
          + " webhook is repeated")
  void answersOnce() throws Exception {
    plan.addAll(List.of(Passage.HELD, Passage.UNANSWERED));
    var worker = worker(0);
    int port = worker.port();
    var webhook =
        gateway
            .post(
                "/v1/tenants/shop/webhooks",
                "{\"url\":\"http://127.0.0.1:%d/\",\"secret\":\"shared\"}".formatted(port))
            .json();
    sandbox.sendFromPhone(ANN, SHOP, "is \"it\" open?\n{\"chat\":{\"jid\":\"x\"}}");

    assertThat(passed.poll(60, TimeUnit.SECONDS)).isEqualTo("held");
    worker.kill();
    worker = worker(port);
    var first = passed.poll(60, TimeUnit.SECONDS);
    assertThat(first).endsWith(" 202");
    worker.kill();
    worker = worker(port);
    assertThat(passed.poll(60, TimeUnit.SECONDS)).isEqualTo(first);
    awaitTaken(webhook);

    var replay = "/v1/tenants/shop/webhooks/" + webhook.get("id").asText() + "/replay";
    assertThat(gateway.post(replay, "{\"after\":0}").status()).isEqualTo(202);
    assertThat(passed.poll(60, TimeUnit.SECONDS)).isEqualTo(first);
    sandbox.sendFromPhone(ANN, SHOP, "and now?");
    await().atMost(PATIENCE).until(() -> answers().contains("You said: and now?"));
    assertThat(answers())
        .containsExactly(
            "You said: is \"it\" open?\n{\"chat\":{\"jid\":\"x\"}}", "You said: and now?");
    worker.kill();
  }

  private void awaitTaken(JsonNode webhook) {
    var path = "/v1/tenants/shop/webhooks/" + webhook.get("id").asText();
    await().atMost(PATIENCE).until(() -> gateway.get(path).json().get("behind").asInt() == 0);
  }

  private List<String> answers() {
    return sandbox.phoneMessages(ANN).stream()
        .map(note -> note.text())
        .filter(text -> text.startsWith("You said"))
        .toList();
  }

  private record Worker(Process process, int port) {
    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }
  }

  /// Listens when this returns.
  private Worker worker(int port) throws IOException {
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                EXAMPLE.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("PORT", String.valueOf(port));
    builder.environment().put("WEBHOOK_SECRET", "shared");
    builder.environment().put("HOLDFAST_KEY", GatewayUnderTest.KEY);
    builder.environment().put("HOLDFAST_URL", "http://127.0.0.1:" + between.getAddress().getPort());
    var process = builder.start();
    var line = process.inputReader().readLine();
    assertThat(line).startsWith("listening on port ");
    return new Worker(process, Integer.parseInt(line.substring("listening on port ".length())));
  }
}
