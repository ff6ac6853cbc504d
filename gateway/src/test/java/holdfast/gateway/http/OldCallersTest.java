package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.gateway.session.Standing;
import holdfast.session.Input;
import holdfast.session.Input.Wait;
import holdfast.session.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldCallersTest {
  @TempDir private Path temp;
  private Running api;

  @BeforeEach
  void start() {
    api = new Running(temp, true);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private Running.Answer startAsT(String tenant) {
    return api.call(
        "POST", "/whatsapp/" + tenant + "/start", "", Map.of("X-Internal-Secret", Running.ADMIN));
  }

  private void answers(Outcome outcome, int status, String body) {
    api.session("acme").answer = outcome;
    var answer = startAsT("acme");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).isEqualTo(body);
    assertThat(answer.header("Content-Type")).hasValue("application/json");
  }

  @Test
  @DisplayName("R30 System T's start answers word by word as it did")
  void answersAsOfOld() {
    startAsT("acme");
    api.session("acme").status = Standing.in("connected").status();

    answers(new Outcome.Started(), 200, "{\"ok\":true,\"state\":\"started\"}");
    answers(new Outcome.AlreadyConnected(), 200, "{\"ok\":true,\"state\":\"already_connected\"}");
    answers(
        new Outcome.JoinedStartCompleted(),
        200,
        "{\"ok\":true,\"state\":\"start_in_progress_completed\"}");
    answers(
        new Outcome.StartFailed("sending_in_progress", 0, "", false),
        409,
        "{\"error\":\"sending_in_progress\"}");
    answers(
        new Outcome.StartFailed("timed_out", 408, "", true),
        500,
        "{\"error\":\"start_in_progress_failed\"}");
  }

  @Test
  @DisplayName("R30 What system T's start had no answer for is said in the same manner")
  void answersWhatIsNew() {
    startAsT("acme");

    answers(
        new Outcome.StartFailed("timed_out", 408, "", false),
        500,
        "{\"error\":\"start_failed\",\"reason\":\"timed_out\"}");
    answers(new Outcome.Stopped(), 500, "{\"error\":\"start_failed\",\"reason\":\"stopped\"}");
    answers(
        new Outcome.CoolingDown(Duration.ofMillis(20_100)),
        423,
        "{\"error\":\"cooling_down\",\"retryAfter\":21}");
    answers(new Outcome.StartInProgress(), 202, "{\"ok\":true,\"state\":\"start_in_progress\"}");
  }

  @Test
  @DisplayName("R27, R30 The first caller waits for a QR, whoever joins waits for the end")
  void waitsAsOfOld() {
    startAsT("acme");
    var session = api.session("acme");
    session.asked.clear();
    session.answer = new Outcome.Started();
    startAsT("acme");
    assertThat(waits(session)).containsExactly(Wait.QR);

    session.asked.clear();
    session.status = FakeSession.showing("2@abc", Instant.now().plusSeconds(20));
    session.answer = new Outcome.JoinedStartCompleted();
    startAsT("acme");
    assertThat(waits(session)).containsExactly(Wait.QR, Wait.CONNECTED);
  }

  private static List<Wait> waits(FakeSession session) {
    return session.asked.stream().map(input -> ((Input.Start) input).until()).toList();
  }

  @Test
  @DisplayName("R27, R30 forceRelink is understood in the body and in the query, once")
  void relinks() {
    startAsT("acme");
    var session = api.session("acme");
    session.asked.clear();
    session.answer = new Outcome.JoinedStartCompleted();
    var key = Map.of("X-Internal-Secret", Running.ADMIN);
    api.call("POST", "/whatsapp/acme/start", "{\"forceRelink\":true,\"else\":1}", key);
    api.call("POST", "/whatsapp/acme/start?forceRelink=true", "", key);

    assertThat(session.asked.stream().map(input -> ((Input.Start) input).forceRelink()))
        .containsExactly(true, false, true, false);
  }

  @Test
  @DisplayName(
      "R30 A tenant is made at its first use, T's with manual reconnects, and kept as it is")
  void makesTenants() {
    assertThat(api.get("/whatsapp/acme/status").status()).isEqualTo(200);
    assertThat(api.get("/v1/tenants/acme").json().get("reconnect").asText()).isEqualTo("manual");
    assertThat(api.get("/api/whatsapp/sessions/c42/status").status()).isEqualTo(200);
    assertThat(api.get("/v1/tenants/c42").json().get("reconnect").asText()).isEqualTo("managed");

    api.put("/v1/tenants/acme", "{\"reconnect\":\"managed\"}");
    startAsT("acme");
    assertThat(api.get("/v1/tenants/acme").json().get("reconnect").asText()).isEqualTo("managed");
  }

  @Test
  @DisplayName("R29, R30 A key that may only read makes no tenant, one that may send does")
  void readersMakeNothing() {
    var reader = api.post("/v1/keys", "{\"scope\":\"read\"}").json().get("key").asText();
    var sender = api.post("/v1/keys", "{\"scope\":\"send\"}").json().get("key").asText();
    for (var path : List.of("/whatsapp/acme/status", "/api/whatsapp/sessions/acme/status")) {
      assertThat(api.call("GET", path, "", Map.of("X-Api-Key", reader)).code())
          .isEqualTo("no_such_tenant");
    }
    assertThat(api.get("/v1/tenants/acme").status()).isEqualTo(404);
    var key = Map.of("X-Api-Key", sender);
    assertThat(api.call("GET", "/whatsapp/acme/status", "", key).status()).isEqualTo(200);
    key = Map.of("X-Api-Key", reader);
    assertThat(api.call("GET", "/whatsapp/acme/status", "", key).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("R30 The other old routes answer as ours do")
  void answersAsOurs() {
    assertThat(api.get("/whatsapp/acme/status").json().get("state").asText()).isEqualTo("stopped");
    assertThat(api.get("/whatsapp/acme/diagnostics").json().at("/status/canSend").isBoolean())
        .isTrue();
    assertThat(api.get("/whatsapp/acme/qr").code()).isEqualTo("no_qr");
    assertThat(api.get("/api/whatsapp/sessions/acme/qr").code()).isEqualTo("no_qr");
    api.session("acme").status = FakeSession.showing("2@abc", Instant.now().plusSeconds(20));
    assertThat(api.get("/whatsapp/acme/qr").json().get("qr").asText()).isEqualTo("2@abc");
    assertThat(api.get("/api/whatsapp/sessions/acme/qr").json().get("qr").asText())
        .isEqualTo("2@abc");
    for (var path : List.of("/whatsapp/acme/send", "/api/whatsapp/sessions/acme/send")) {
      assertThat(api.post(path, "{\"to\":\"x\"}").code()).isEqualTo("invalid_request");
      api.session("acme").answer = new Outcome.SendRefused("logged_out", Duration.ZERO);
      assertThat(
              api.post(path, "{\"to\":\"+15550100002\",\"type\":\"text\",\"text\":\"hello\"}")
                  .code())
          .isEqualTo("cannot_send");
    }
  }

  @Test
  @DisplayName("R29, R30 The old routes need a key, and a tenant id that can be one, as ours do")
  void keepsTheDoor() {
    api.put("/v1/tenants/acme", "{}");
    api.put("/v1/tenants/inn", "{}");
    var key =
        api.post("/v1/keys", "{\"scope\":\"tenant\",\"tenant\":\"acme\"}")
            .json()
            .get("key")
            .asText();
    var secret = Map.of("X-Internal-Secret", key);

    assertThat(api.call("GET", "/whatsapp/acme/status", "", secret).status()).isEqualTo(200);
    assertThat(api.call("GET", "/whatsapp/inn/status", "", secret).status()).isEqualTo(403);
    assertThat(api.call("GET", "/whatsapp/other/status", "", secret).status()).isEqualTo(403);
    assertThat(api.call("GET", "/whatsapp/acme/status", "", Map.of()).status()).isEqualTo(401);
    assertThat(api.get("/v1/tenants/other").code()).isEqualTo("no_such_tenant");
    assertThat(startAsT("a.b").code()).isEqualTo("invalid_request");
  }
}
