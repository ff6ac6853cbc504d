package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import holdfast.gateway.store.DatabaseUrl;
import holdfast.gateway.store.Retention;
import holdfast.gateway.webhook.Signature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Webhooks in trouble and out of it again, on a clock that is moved by hand.
@Timeout(60)
class DeliveriesTest {
  private static final String WEBHOOKS = "/v1/tenants/shop/webhooks";

  @TempDir private Path temp;
  private final HandClock clock = new HandClock();
  private Running api;
  private Receiver receiver;

  /// Where the database is, empty for the embedded one.
  Optional<DatabaseUrl> database() {
    return Optional.empty();
  }

  @BeforeEach
  void start() throws IOException {
    receiver = new Receiver();
    api = new Running(temp, database(), clock);
    api.put("/v1/tenants/shop", "{}");
  }

  @AfterEach
  void stop() {
    receiver.close();
    api.close();
  }

  private JsonNode add(Receiver to, String more) {
    var added = api.post(WEBHOOKS, "{\"url\":\"" + to.url() + "\"" + more + "}");
    assertThat(added.status()).as(added.text()).isEqualTo(201);
    return added.json();
  }

  private String path(JsonNode webhook) {
    return WEBHOOKS + "/" + webhook.get("id").asText();
  }

  private JsonNode view(JsonNode webhook) {
    return api.get(path(webhook)).json();
  }

  /// Lets the pauses pass.
  private void awaitTaken(Receiver at, String... types) {
    await()
        .untilAsserted(
            () -> {
              clock.advance(Duration.ofMinutes(5));
              assertThat(at.taken()).containsExactly(types);
            });
  }

  @Test
  @DisplayName(
      "R37 An endpoint that hangs, fails, rejects, goes and comes back is brought everything in"
          + " order, and nothing again that it took")
  void everythingInOrder() {
    var webhook = add(receiver, ",\"timeout\":\"PT1S\"");
    var answers = List.of(Receiver.HANG, 500, 200, 503, 429, 408, 302, 200, 410);
    receiver.plan =
        (n, body) ->
            body.contains("session.poison") ? 400 : n <= answers.size() ? answers.get(n - 1) : 200;
    api.happens("shop", "starting", "verifying", "connected", "poison", "stopped");

    awaitTaken(receiver, "session.starting", "session.verifying");
    await().until(() -> view(webhook).get("state").asText().equals("disabled"));
    assertThat(view(webhook).get("disabledReason").asText()).contains("410");

    assertThat(api.put(path(webhook), "{}").json().get("state").asText()).isEqualTo("enabled");
    awaitTaken(
        receiver, "session.starting", "session.verifying", "session.connected", "session.stopped");
    assertThat(receiver.requests.stream().filter(r -> r.type().equals("session.poison")))
        .hasSize(5);

    var letters = api.get(path(webhook) + "/dead-letters").json().get("deadLetters");
    assertThat(letters).hasSize(1);
    assertThat(letters.at("/0/seq").asInt()).isEqualTo(4);
    assertThat(letters.at("/0/error").asText()).isEqualTo("rejected with 400");

    receiver.plan = (_, _) -> 200;
    assertThat(api.post(path(webhook) + "/dead-letters/replay", "").json().get("events").asInt())
        .isEqualTo(1);
    await().until(() -> receiver.taken().size() == 5);
    var last = receiver.requests.getLast();
    assertThat(last.type()).isEqualTo("session.poison");
    assertThat(last.header("X-Holdfast-Redelivery")).isEqualTo("true");
    assertThat(last.header("Idempotency-Key")).isEqualTo(letters.at("/0/event").asText());
    await().until(() -> view(webhook).get("replays").asInt() == 0);
    assertThat(view(webhook).get("deadLetters").asInt()).isZero();
  }

  @Test
  @DisplayName("R25 The lines about a webhook mask a tenant id that may be a phone number")
  void masksNumbers() {
    var lines = new ListAppender<ILoggingEvent>();
    var logger = (Logger) LoggerFactory.getLogger("holdfast.gateway.webhook");
    lines.start();
    logger.addAppender(lines);
    try {
      api.put("/v1/tenants/4915112345678", "{}");
      receiver.plan = (_, _) -> 410;
      api.post("/v1/tenants/4915112345678/webhooks", "{\"url\":\"" + receiver.url() + "\"}");
      api.happens("4915112345678", "starting");
      await().until(() -> lines.list.toString().contains("is disabled"));
      assertThat(lines.list.toString()).contains("of 491***78").doesNotContain("15112345");
    } finally {
      logger.detachAppender(lines);
    }
  }

  @Test
  @DisplayName(
      "R37 An endpoint that rejects for a moment after an outage loses nothing, nor replayed")
  void outlastsAnOutage() {
    receiver.plan = (n, _) -> n <= 6 ? 503 : n <= 10 ? 401 : 200;
    var webhook = add(receiver, "");
    api.happens("shop", "starting", "connected");
    awaitTaken(receiver, "session.starting", "session.connected");
    assertThat(view(webhook).get("deadLetters").asInt()).isZero();

    int asked = receiver.asked();
    receiver.plan = (n, _) -> n - asked <= 6 ? 503 : n - asked <= 10 ? 401 : 200;
    replay(webhook, "{\"after\":0,\"until\":1}", 1);
    awaitTaken(receiver, "session.starting", "session.connected", "session.starting");
    await().until(() -> view(webhook).get("replays").asInt() == 0);
    assertThat(view(webhook).get("deadLetters").asInt()).isZero();
  }

  @Test
  @DisplayName(
      "R37 An endpoint that never works is tried for 3 days, then disabled; it loses nothing")
  void givesUpAfterThreeDays() {
    var webhook = add(receiver, "");
    receiver.plan = (_, _) -> 500;
    api.happens("shop", "starting");
    await()
        .until(
            () -> {
              clock.advance(Duration.ofHours(6));
              return view(webhook).get("state").asText().equals("disabled");
            });
    assertThat(view(webhook).get("disabledReason").asText()).contains("3 days");
    receiver.plan = (_, _) -> 200;
    api.put(path(webhook), "{}");
    awaitTaken(receiver, "session.starting");
  }

  @Test
  @DisplayName("One endpoint that hangs holds up no other")
  void endpointsAreApart() throws IOException {
    receiver.plan = (_, _) -> Receiver.HANG;
    for (int i = 0; i < 5; i++) {
      add(receiver, ",\"timeout\":\"PT1M\"");
    }
    try (var healthy = new Receiver()) {
      add(healthy, "");
      api.happens("shop", "starting", "connected");
      await().until(() -> healthy.taken().size() == 2);
      await().until(() -> receiver.asked() == 5);
      assertThat(receiver.taken()).isEmpty();
    }
  }

  @Test
  @DisplayName("While a secret is changed both sign, the new one first; later the new one alone")
  void rotatesTheSecret() {
    var webhook = add(receiver, ",\"secret\":\"old\"");
    var rotated = api.post(path(webhook) + "/rotate-secret", "{\"overlap\":\"PT1H\"}").json();
    var secret = rotated.get("secret").asText();
    api.happens("shop", "starting");
    await().until(() -> receiver.taken().size() == 1);
    assertSigned(receiver.requests.get(0), List.of(secret, "old"));

    clock.advance(Duration.ofHours(1));
    api.happens("shop", "connected");
    await().until(() -> receiver.taken().size() == 2);
    assertSigned(receiver.requests.get(1), List.of(secret));
    assertThat(view(webhook).get("oldSecretUntil").isNull()).isTrue();
    assertThat(view(webhook).has("secret")).isFalse();
  }

  private void assertSigned(Receiver.Request request, List<String> secrets) {
    assertThat(request.header("X-Holdfast-Signature"))
        .isEqualTo(
            Signature.of(
                secrets, clock.instant(), request.body().getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  @DisplayName("Further headers go with each request; their values are never shown")
  void sendsFurtherHeaders() {
    var webhook = add(receiver, ",\"headers\":{\"Authorization\":\"Bearer of-the-backend\"}");
    api.happens("shop", "starting");
    await().until(() -> receiver.taken().size() == 1);
    assertThat(receiver.requests.getFirst().header("Authorization"))
        .isEqualTo("Bearer of-the-backend");
    assertThat(api.get(path(webhook)).text())
        .contains("Authorization")
        .doesNotContain("of-the-backend");
    assertThat(api.database.webhooks().find(webhook.get("id").asText()).orElseThrow().toString())
        .doesNotContain("of-the-backend");
  }

  @Test
  @DisplayName("A paused webhook is brought nothing until it is no longer paused")
  void pauses() {
    var webhook = add(receiver, ",\"paused\":true");
    api.happens("shop", "starting");
    assertThat(view(webhook).get("state").asText()).isEqualTo("paused");
    assertThat(view(webhook).get("behind").asInt()).isEqualTo(1);
    api.put(path(webhook), "{\"paused\":false}");
    await().until(() -> receiver.taken().size() == 1);
    assertThat(receiver.asked()).isEqualTo(1);
  }

  @Test
  @DisplayName("A test is brought at once and tells how it went, whatever the state of the webhook")
  void tests() {
    var webhook = add(receiver, ",\"paused\":true");
    var told = api.post(path(webhook) + "/test", "").json();
    assertThat(told.get("delivered").asBoolean()).isTrue();
    assertThat(told.get("status").asInt()).isEqualTo(200);
    assertThat(receiver.taken()).containsExactly("webhook.test");

    receiver.plan = (_, _) -> 500;
    told = api.post(path(webhook) + "/test", "").json();
    assertThat(told.get("delivered").asBoolean()).isFalse();
    assertThat(told.get("error").asText()).isEqualTo("answered 500");
    assertThat(view(webhook).get("attempts").asInt()).isZero();
  }

  @Test
  @DisplayName(
      "The last tries can be seen, each with its time, status and error, and no more than 200")
  void logsDeliveries() {
    var webhook = add(receiver, "");
    receiver.plan = (n, _) -> n == 1 ? 500 : 200;
    var states = new ArrayList<String>();
    for (int i = 0; i < 250; i++) {
      states.add("s" + "abcdefghij".charAt(i % 10));
    }
    api.happens("shop", states.toArray(String[]::new));
    await().until(() -> view(webhook).get("attempts").asInt() == 1);
    var first = api.get(path(webhook) + "/deliveries").json().at("/deliveries/0");
    assertThat(first.get("status").asInt()).isEqualTo(500);
    assertThat(first.get("error").asText()).isEqualTo("answered 500");
    assertThat(first.get("delivered").asBoolean()).isFalse();

    clock.advance(Duration.ofMinutes(1));
    await().until(() -> view(webhook).get("behind").asInt() == 0);
    var all = api.get(path(webhook) + "/deliveries?limit=200").json().get("deliveries");
    assertThat(all).hasSize(200);
    assertThat(all.at("/0/number").asInt()).isEqualTo(251);
    assertThat(all.at("/199/number").asInt()).isEqualTo(52);
  }

  @Test
  @DisplayName("The log is replayed by an event's id, behind a cursor or of a time, marked as such")
  void replays() {
    api.happens("shop", "starting");
    clock.advance(Duration.ofHours(1));
    var second = clock.instant();
    api.happens("shop", "connected");
    clock.advance(Duration.ofHours(1));
    api.happens("shop", "stopped");
    var webhook = add(receiver, ",\"types\":[\"session.*\"]");
    var first = api.get("/v1/tenants/shop/events").json().at("/events/0/id").asText();

    replay(webhook, "{\"event\":\"" + first + "\"}", 1);
    await().until(() -> receiver.taken().equals(List.of("session.starting")));
    replay(webhook, "{\"after\":1,\"until\":2}", 1);
    await().until(() -> receiver.taken().getLast().equals("session.connected"));
    replay(webhook, "{\"from\":\"" + second + "\",\"to\":\"" + clock.instant() + "\"}", 2);
    await().until(() -> receiver.taken().size() == 4);

    assertThat(receiver.taken())
        .containsExactly(
            "session.starting", "session.connected", "session.connected", "session.stopped");
    assertThat(receiver.requests)
        .allMatch(request -> request.header("X-Holdfast-Redelivery").equals("true"));
    assertThat(view(webhook).get("cursor").asInt()).isEqualTo(3);
  }

  @Test
  @DisplayName(
      "What the log has dropped is lost to a paused webhook and to a replay: both are told")
  void tellsOfLost() {
    var webhook = add(receiver, ",\"paused\":true");
    api.happens("shop", "starting", "verifying", "connected", "stopped");
    assertThat(view(webhook).get("oldest").asInt()).isEqualTo(1);
    replay(webhook, "{\"after\":0,\"until\":2}", 2);
    var rules = new Retention.Rules(Duration.ofDays(30), 1, Duration.ofDays(30));
    await().until(() -> !api.database.retention().trim(rules, clock.instant()));
    assertThat(view(webhook).get("oldest").asInt()).isEqualTo(4);
    assertThat(view(webhook).get("cursor").asInt()).isZero();

    var lines = new ListAppender<ILoggingEvent>();
    var logger = (Logger) LoggerFactory.getLogger("holdfast.gateway.webhook");
    lines.start();
    logger.addAppender(lines);
    try {
      api.put(path(webhook), "{\"paused\":false}");
      await().until(() -> view(webhook).get("replays").asInt() == 0);
      assertThat(receiver.taken()).containsExactly("session.stopped");
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(line -> line.contains("are lost to it"))
        .satisfiesExactly(
            line -> assertThat(line).contains("3 events"),
            line -> assertThat(line).contains("2 events"));
  }

  private void replay(JsonNode webhook, String body, int events) {
    var answer = api.post(path(webhook) + "/replay", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    assertThat(answer.json().get("events").asInt()).isEqualTo(events);
  }

  @Test
  @DisplayName("What can't be meant is refused by name and changes nothing")
  void refuses() {
    var webhook = add(receiver, "");
    var before = api.get(path(webhook)).text();
    var bad =
        Map.of(
            "{\"types\":[\"message.eaten\"]}", "types",
            "{\"types\":[\"nothing.*\"]}", "types",
            "{\"headers\":{\"Host\":\"a.example\"}}", "headers.Host",
            "{\"headers\":{\"x-holdfast-signature\":\"t\"}}", "headers.x-holdfast-signature",
            "{\"headers\":{\"X-Key\":\"a\\r\\nb: c\"}}", "headers.X-Key",
            "{\"timeout\":\"PT0.1S\"}", "timeout",
            "{\"timeout\":\"PT5M\"}", "timeout",
            "{\"format\":\"unheard-of\"}", "format",
            "{\"url\":\"ftp://a.example\"}", "url",
            "{\"surprise\":1}", "surprise");
    bad.forEach(
        (body, field) -> {
          var answer = api.put(path(webhook), body);
          assertThat(answer.status()).as(body).isEqualTo(400);
          assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo(field);
        });
    for (var body : List.of("{}", "{\"event\":\"x\",\"after\":1}", "{\"until\":3}")) {
      assertThat(api.post(path(webhook) + "/replay", body).status()).isEqualTo(400);
    }
    assertThat(
            api.post(path(webhook) + "/replay", "{\"event\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\"}")
                .code())
        .isEqualTo("no_such_event");
    assertThat(api.post(path(webhook) + "/dead-letters/nonsense/replay", "").code())
        .isEqualTo("no_such_dead_letter");
    assertThat(api.get(path(webhook)).text()).isEqualTo(before);
  }

  @Test
  @DisplayName("A tenant has many webhooks, each its own; nobody reaches another tenant's")
  void areMany() {
    api.put("/v1/tenants/inn", "{}");
    var one = add(receiver, "");
    var main = api.put("/v1/tenants/shop/webhook", "{\"url\":\"" + receiver.url() + "\"}").json();
    assertThat(api.get(WEBHOOKS).json().get("webhooks"))
        .extracting(each -> each.get("id").asText())
        .containsExactlyInAnyOrder(one.get("id").asText(), main.get("id").asText());
    assertThat(api.delete("/v1/tenants/inn/webhooks/" + one.get("id").asText()).code())
        .isEqualTo("no_such_webhook");
    assertThat(api.delete("/v1/tenants/shop/webhook").status()).isEqualTo(204);
    assertThat(api.get(WEBHOOKS).json().get("webhooks")).hasSize(1);
    for (int i = 1; i < 20; i++) {
      add(receiver, "");
    }
    assertThat(api.post(WEBHOOKS, "{\"url\":\"" + receiver.url() + "\"}").code())
        .isEqualTo("too_many_webhooks");
    assertThat(api.delete(path(one)).status()).isEqualTo(204);
    assertThat(api.get(path(one)).code()).isEqualTo("no_such_webhook");
  }
}
