package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.session.Input;
import holdfast.session.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  @TempDir private Path temp;
  private Running api;

  @BeforeEach
  void start() {
    api = new Running(temp, true);
    assertThat(api.put("/v1/tenants/shop", "{}").status()).isEqualTo(201);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  @DisplayName("The routes that are served are those of the contract, neither more nor less")
  void servesTheContract() {
    var served =
        api.api.routes().stream()
            .map(route -> route.method() + " " + route.path())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(served).isEqualTo(api.contract.operations());
  }

  @Test
  @DisplayName("A tenant is made once; later only what the body names changes")
  void putsTenants() {
    var first = api.put("/v1/tenants/inn", "{\"reconnect\":\"manual\",\"pacing\":null}");
    assertThat(first.status()).isEqualTo(201);
    var second = api.put("/v1/tenants/inn", "{\"conflictMax\":8,\"maxDelay\":\"PT10S\"}");

    assertThat(second.status()).isEqualTo(200);
    assertThat(second.json().get("reconnect").asText()).isEqualTo("manual");
    assertThat(second.json().get("pacing").isNull()).isTrue();
    assertThat(second.json().get("conflictMax").asInt()).isEqualTo(8);
    assertThat(api.session("inn").ruled)
        .containsExactly(
            new holdfast.gateway.tenant.TenantConfig.Rules(false, Duration.ofSeconds(10), 8, 0));
    assertThat(api.put("/v1/tenants/inn", "{}").json().get("maxDelay").asText()).isEqualTo("PT10S");
  }

  @Test
  @DisplayName("Tenants are listed by pages")
  void listsTenants() {
    api.put("/v1/tenants/inn", "{}");
    var first = api.get("/v1/tenants?limit=1").json();
    var second = api.get("/v1/tenants?limit=1&after=" + first.get("next").asText()).json();

    assertThat(first.at("/tenants/0/id").asText()).isEqualTo("inn");
    assertThat(second.at("/tenants/0/id").asText()).isEqualTo("shop");
    assertThat(api.get("/v1/tenants").json().get("next").isNull()).isTrue();
  }

  @Test
  @DisplayName("A deleted tenant is logged out, closed and unknown")
  void deletesTenants() {
    var session = api.session("shop");
    assertThat(api.delete("/v1/tenants/shop").status()).isEqualTo(204);

    assertThat(session.asked).hasOnlyElementsOfType(Input.LogOut.class);
    assertThat(session.closed).isTrue();
    assertThat(api.get("/v1/tenants/shop").code()).isEqualTo("no_such_tenant");
    assertThat(api.get("/v1/tenants/shop/status").status()).isEqualTo(404);
    assertThat(api.delete("/v1/tenants/shop").status()).isEqualTo(404);
  }

  @Test
  @DisplayName("R27 Every end of a start has its own answer")
  void answersStarts() {
    var session = api.session("shop");
    session.answer = new Outcome.Started();
    assertStart(200, "started");
    session.answer = new Outcome.AlreadyConnected();
    assertStart(200, "already_connected");
    session.answer = new Outcome.JoinedStartCompleted();
    assertStart(200, "start_in_progress_completed");
    session.answer = new Outcome.StartInProgress();
    assertStart(202, "start_in_progress");
    session.answer = new Outcome.CoolingDown(Duration.ofMillis(20_100));
    var cooling = assertStart(423, "cooling_down");
    assertThat(cooling.json().get("retryAfter").asInt()).isEqualTo(21);
    assertThat(cooling.header("Retry-After")).hasValue("21");
    session.answer = new Outcome.StartFailed("timed_out", 408, "", false);
    assertThat(assertStart(502, "start_failed").json().get("reason").asText())
        .isEqualTo("timed_out");
    session.answer = new Outcome.StartFailed("timed_out", 408, "", true);
    assertStart(502, "start_in_progress_failed");
    session.answer = new Outcome.StartFailed("sending_in_progress", 0, "", false);
    assertStart(409, "sending_in_progress");
  }

  private Running.Answer assertStart(int status, String result) {
    var answer = api.post("/v1/tenants/shop/start", "{\"wait\":\"qr\",\"timeout\":\"PT1S\"}");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().get("result").asText()).isEqualTo(result);
    return answer;
  }

  @Test
  @DisplayName("R27 A start waits for what its body says, and for nothing by default")
  void passesStartsOn() {
    var session = api.session("shop");
    session.answer = new Outcome.Started();
    api.post("/v1/tenants/shop/start", "");
    api.post("/v1/tenants/shop/start", "{\"wait\":\"connected\",\"forceRelink\":true}");

    assertThat(session.asked)
        .extracting(
            input -> ((Input.Start) input).until() + " " + ((Input.Start) input).forceRelink())
        .containsExactly("NONE false", "CONNECTED true");
  }

  @Test
  @DisplayName("R6 To stop or log out what is neither running nor linked is harmless")
  void stopsHarmlessly() {
    var session = api.session("shop");
    assertThat(api.post("/v1/tenants/shop/stop", "").json().get("result").asText())
        .isEqualTo("stopped");
    session.answer = new Outcome.NotLinked();
    assertThat(api.post("/v1/tenants/shop/logout", "").json().get("result").asText())
        .isEqualTo("not_linked");
    session.answer = new Outcome.Started();
    assertThat(api.post("/v1/tenants/shop/restart", "").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("R28 Status has every field, null where nothing is known")
  void tellsStatus() {
    var status = api.get("/v1/tenants/shop/status").json();
    assertThat(status.get("state").asText()).isEqualTo("stopped");
    assertThat(status.get("account").isNull()).isTrue();
    assertThat(status.get("canSendReason").asText()).isEqualTo("stopped");
  }

  @Test
  @DisplayName("R9 The QR comes as JSON, PNG, SVG or text, whatever Accept asks for")
  void showsTheQr() {
    assertThat(api.get("/v1/tenants/shop/qr").code()).isEqualTo("no_qr");
    api.session("shop").status = FakeSession.showing("2@ref,a,b,c", NOON);

    assertThat(qr("application/json").json().get("qr").asText()).isEqualTo("2@ref,a,b,c");
    assertThat(qr("image/png").response().body()).startsWith(0x89, 'P', 'N', 'G');
    assertThat(qr("image/svg+xml").text()).startsWith("<svg");
    assertThat(qr("text/html;q=0.5, text/*").text()).contains("█");
    assertThat(qr("application/pdf").code()).isEqualTo("not_acceptable");
  }

  private Running.Answer qr(String accept) {
    return api.call(
        "GET", "/v1/tenants/shop/qr", "", Map.of("X-Api-Key", Running.ADMIN, "Accept", accept));
  }

  @Test
  @DisplayName("R10 A pairing code is asked for a phone number, however it is written")
  void givesPairingCodes() {
    var session = api.session("shop");
    session.answer = new Outcome.Code("ABCD1234", NOON);
    var answer =
        api.post("/v1/tenants/shop/pairing-code", "{\"phone\":\"+1 (555) 010-0001\"}").json();

    assertThat(answer.get("code").asText()).isEqualTo("ABCD1234");
    assertThat(((Input.RequestCode) session.asked.getLast()).phone()).isEqualTo("15550100001");
    session.answer = new Outcome.AlreadyLinked();
    assertThat(api.post("/v1/tenants/shop/pairing-code", "{\"phone\":\"+15550100001\"}").code())
        .isEqualTo("already_linked");
    assertThat(api.post("/v1/tenants/shop/pairing-code", "{\"phone\":\"12\"}").code())
        .isEqualTo("invalid_phone_number");
  }

  @Test
  @DisplayName("R33 A bad recipient is refused with what was wrong, before any session hears of it")
  void refusesRecipients() {
    for (var to : new String[] {"+1555", "+999123456789", "555-CALL", "+123456789012345678"}) {
      var answer = send("{\"to\":\"%s\",\"type\":\"text\",\"text\":\"x\"}".formatted(to));
      assertThat(answer.json().get("title").asText()).isEqualTo("invalid phone number");
      assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo("to");
      assertThat(answer.text()).doesNotContain(to);
    }
    for (var to : new String[] {"x@s.whatsapp.net", "15550100002:3@s.whatsapp.net", "1@else"}) {
      assertThat(send("{\"to\":\"%s\",\"type\":\"text\",\"text\":\"x\"}".formatted(to)).code())
          .isEqualTo("invalid_request");
    }
    assertThat(api.session("shop").asked).isEmpty();
  }

  @Test
  @DisplayName("A bad body is refused with every field that was wrong")
  void namesTheFields() {
    var answer = send("{\"to\":7,\"type\":\"video\",\"txt\":\"x\",\"whenBusy\":\"now\"}").json();
    assertThat(answer.get("errors"))
        .extracting(error -> error.get("field").asText())
        .containsExactlyInAnyOrder("to", "type", "text", "whenBusy", "txt");
    for (var body : new String[] {"[]", "{", "nothing", "{\"to\":1,\"to\":2}", "{} {}"}) {
      assertThat(send(body).code()).isEqualTo("invalid_request");
    }
    assertThat(
            api.put("/v1/tenants/shop", "{\"pacing\":{\"perMinute\":0,\"x\":1}}")
                .json()
                .get("errors"))
        .extracting(error -> error.get("field").asText())
        .containsExactly("pacing.perMinute", "pacing.x");
  }

  @Test
  @DisplayName("What is too large, of a wrong type, or nowhere is a problem too")
  void refusesTheRest() {
    assertThat(send("{\"text\":\"" + "x".repeat(1 << 20) + "\"}").status()).isEqualTo(413);
    var plain =
        api.call(
            "POST",
            "/v1/tenants/shop/start",
            "{}",
            Map.of("X-Api-Key", Running.ADMIN, "Content-Type", "text/plain"));
    assertThat(plain.status()).isEqualTo(415);
    assertThat(api.get("/v2/nothing").code()).isEqualTo("not_found");
    assertThat(api.call("PATCH", "/v1/keys", "", Map.of()).code()).isEqualTo("method_not_allowed");
    assertThat(api.get("/v1/tenants/a.b/status").code()).isEqualTo("invalid_request");
    assertThat(api.get("/v1/tenants/%2e%2e%2fx/status").status()).isGreaterThanOrEqualTo(400);
  }

  @Test
  @DisplayName("Health, contract and nothing else are open")
  void isOpenWhereItMayBe() {
    for (var route : api.api.routes()) {
      var path =
          route
              .path()
              .replace("{tenant}", "shop")
              .replaceAll("\\{(id|event)}", "x")
              .replace("{file}", "app.js");
      var answer = api.call(route.method(), path, "", Map.of());
      assertThat(answer.status()).as(route.toString()).isEqualTo(route.open() ? 200 : 401);
    }
  }

  private Running.Answer send(String body) {
    return api.call(
        "POST",
        "/v1/tenants/shop/messages",
        body,
        Map.of("Authorization", "Bearer " + Running.ADMIN, "Idempotency-Key", "k1"));
  }
}
