package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import holdfast.gateway.store.DatabaseUrl;
import holdfast.gateway.store.EventFilter;
import holdfast.gateway.store.Webhook;
import holdfast.gateway.webhook.Signature;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Webhooks against a receiver that really listens.
@Timeout(60)
class WebhooksTest {
  private static final String WEBHOOK = "/v1/tenants/shop/webhook";

  private record Received(String body, String signature, String id) {}

  @TempDir private Path temp;
  private Running api;
  private HttpServer receiver;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();

  /// The status of the n-th answer, from 1 on.
  private volatile IntUnaryOperator answers = _ -> 200;

  /// Where the database is, empty for the embedded one.
  Optional<DatabaseUrl> database() {
    return Optional.empty();
  }

  @BeforeEach
  void start() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/hook", this::receive);
    receiver.start();
    api = new Running(temp, database());
    api.put("/v1/tenants/shop", "{}");
  }

  @AfterEach
  void stop() {
    api.close();
    receiver.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    int status = answers.applyAsInt(asked.incrementAndGet());
    if (status == 200) {
      received.add(
          new Received(
              body,
              exchange.getRequestHeaders().getFirst("X-Holdfast-Signature"),
              exchange.getRequestHeaders().getFirst("Idempotency-Key")));
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private String url() {
    return "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook";
  }

  private Running.Answer hook(String more) {
    return api.put(WEBHOOK, "{\"url\":\"" + url() + "\"" + more + "}");
  }

  @Test
  @DisplayName("R37 What happens is brought in order, signed, under the event's id")
  void delivers() {
    api.happens("shop", "before"); // a new webhook isn't told of the past
    var secret = hook("").json().get("secret").asText();
    api.happens("shop", "starting", "verifying");
    api.happens("shop", "connected");

    await().until(() -> received.size() == 3);
    assertThat(received)
        .extracting(Received::body)
        .extracting(body -> body.split("\"type\":\"")[1].split("\"")[0])
        .containsExactly("session.starting", "session.verifying", "session.connected");
    for (var each : received) {
      var time = Instant.ofEpochSecond(Long.parseLong(each.signature().split("[=,]", 3)[1]));
      assertThat(each.signature())
          .isEqualTo(Signature.of(secret, time, each.body().getBytes(StandardCharsets.UTF_8)));
      assertThat(each.body()).contains("\"id\":\"" + each.id() + "\"");
    }
    await().until(() -> api.get(WEBHOOK).json().get("behind").asInt() == 0);
  }

  @Test
  @DisplayName("R37 What isn't taken is brought again until it is, and nothing overtakes it")
  void retries() {
    hook("");
    answers = n -> n <= 2 ? 503 : 200;
    api.happens("shop", "first", "second");

    await().until(() -> received.size() == 2);
    assertThat(asked).hasValue(4);
    assertThat(received.getFirst().body()).contains("session.first");
    assertThat(api.get(WEBHOOK).json().get("enabled").asBoolean()).isTrue();
  }

  @Test
  @DisplayName(
      "R37 An endpoint that is gone (410) is left alone until it is set anew, and loses nothing")
  void disables() {
    hook("");
    answers = n -> n == 1 ? 410 : 200;
    api.happens("shop", "first");
    await().until(() -> !api.get(WEBHOOK).json().get("enabled").asBoolean());
    api.happens("shop", "second");
    assertThat(api.get(WEBHOOK).json().get("behind").asInt()).isEqualTo(2);

    hook("");
    await().until(() -> received.size() == 2);
    assertThat(received.getFirst().body()).contains("session.first");
  }

  @Test
  @DisplayName("Only the wanted types are brought; the cursor passes the others")
  void filters() {
    hook(",\"types\":[\"session.connected\"],\"secret\":\"mine\"");
    api.happens("shop", "starting", "connected", "stopped");

    await().until(() -> api.get(WEBHOOK).json().get("behind").asInt() == 0);
    assertThat(received).hasSize(1);
    assertThat(received.getFirst().body()).contains("session.connected");
  }

  @Test
  @DisplayName("A webhook is set with its tenant too, and removed by null")
  void goesWithTheTenant() {
    var tenant = api.put("/v1/tenants/shop", "{\"webhook\":{\"url\":\"" + url() + "\"}}").json();
    assertThat(tenant.at("/webhook/url").asText()).isEqualTo(url());
    assertThat(api.put("/v1/tenants/shop", "{}").json().get("webhook").isNull()).isFalse();
    assertThat(api.put("/v1/tenants/shop", "{\"webhook\":null}").json().get("webhook").isNull())
        .isTrue();
    assertThat(api.get(WEBHOOK).code()).isEqualTo("no_webhook");
    assertThat(api.delete(WEBHOOK).status()).isEqualTo(404);
  }

  @Test
  @DisplayName("A private address that is known all the same is brought nothing, and told why")
  void bringsNothingToPrivateTargets() {
    api.close();
    api = new Running(temp.resolve("strict"), false);
    api.put("/v1/tenants/shop", "{}");
    var config =
        new Webhook.Config(
            url(),
            EventFilter.ALL,
            Webhook.Secrets.of("secret"),
            Map.of(),
            Duration.ofSeconds(5),
            false,
            false,
            Webhook.Config.HOLDFAST);
    api.database.webhooks().add("shop", "w1", config, 1);
    var path = "/v1/tenants/shop/webhooks/w1";
    api.put(path, "{\"paused\":false}"); // somebody is told that it is there
    api.happens("shop", "first");

    await().until(() -> !api.get(path + "/deliveries").json().at("/deliveries/0").isMissingNode());
    assertThat(api.get(path + "/deliveries").json().at("/deliveries/0/error").asText())
        .startsWith("the address is on a private address");
    assertThat(asked).hasValue(0);
  }

  @Test
  @DisplayName("Addresses that only this machine's network can reach are refused unless allowed")
  void refusesPrivateTargets() {
    api.close();
    api = new Running(temp.resolve("strict"), false);
    api.put("/v1/tenants/shop", "{}");
    for (var url :
        List.of(url(), "http://[::1]/", "http://169.254.169.254/latest", "https://10.1.2.3/")) {
      assertThat(api.put(WEBHOOK, "{\"url\":\"" + url + "\"}").code()).isEqualTo("invalid_request");
    }
    for (var url :
        List.of("ftp://a.example/", "a.example", "https://u:p@a.example/", "https:///x")) {
      assertThat(
              api.put(WEBHOOK, "{\"url\":\"" + url + "\"}").json().at("/errors/0/field").asText())
          .isEqualTo("url");
    }
    assertThat(api.get(WEBHOOK).code()).isEqualTo("no_webhook");
  }

  @Test
  @DisplayName("R37 The main webhook beside 20 others is refused as any other, and changes nothing")
  void countsTheMainOne() {
    var others = WEBHOOK + "s";
    for (int i = 0; i < 20; i++) {
      assertThat(api.post(others, "{\"url\":\"" + url() + "\"}").status()).isEqualTo(201);
    }
    var tenant = api.get("/v1/tenants/shop").json();
    var wish = "{\"maxDelay\":\"PT7M\",\"webhook\":{\"url\":\"" + url() + "\"}}";
    for (var refused : List.of(hook(""), api.put("/v1/tenants/shop", wish))) {
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.code()).isEqualTo("too_many_webhooks");
    }
    assertThat(api.get("/v1/tenants/shop").json()).isEqualTo(tenant);
    assertThat(api.get(others).json().get("webhooks")).hasSize(20);

    var first = api.get(others).json().get("webhooks").get(0).get("id").asText();
    assertThat(api.delete(others + "/" + first).status()).isEqualTo(204);
    assertThat(hook("").status()).isEqualTo(200);
    assertThat(hook(",\"paused\":true").status())
        .as("the main one as the twentieth")
        .isEqualTo(200);
    assertThat(api.get(others).json().get("webhooks")).hasSize(20);
  }
}
