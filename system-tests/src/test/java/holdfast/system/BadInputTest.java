package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import holdfast.sandbox.control.SocketsView;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What can't be done is refused with a problem that says why, and changes nothing: neither the
/// tenants nor the sockets.
class BadInputTest {
  private static final String OURS = "15550109001";
  private static final String LINKED = "/v1/tenants/linked";
  private static final String IDLE = "/v1/tenants/idle";

  @TempDir static Path folder;
  private static Sandbox sandbox;
  private static GatewayUnderTest gateway;

  @BeforeAll
  static void start() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    gateway = new GatewayUnderTest(sandbox, folder);
    gateway.put(IDLE, "{\"reconnect\":\"manual\",\"conflictMax\":5}");
    gateway.put(LINKED, "{}");
    gateway.post(LINKED + "/start", "{\"wait\":\"qr\"}");
    sandbox.scan(OURS, qr(LINKED));
    await().atMost(Duration.ofSeconds(30)).until(() -> state(LINKED), "connected"::equals);
  }

  @AfterAll
  static void close() {
    gateway.close();
    sandbox.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"start", "stop", "restart", "logout"})
  @DisplayName("A tenant that nobody made can't be started or ended, and isn't made by it")
  void unknownTenant(String what) {
    var answer = gateway.post("/v1/tenants/nobody/" + what, "");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().required("code").asText()).isEqualTo("no_such_tenant");
    assertThat(gateway.get("/v1/tenants/nobody").status()).isEqualTo(404);
    assertThat(gateway.get("/v1/tenants").body()).doesNotContain("nobody");
  }

  @Test
  @DisplayName("R4: a relink of one that is being linked joins it: the same code, no other socket")
  void relinkOfABusyOne() {
    gateway.put("/v1/tenants/busy", "{}");
    gateway.post("/v1/tenants/busy/start", "{\"wait\":\"qr\"}");
    var shown = qr("/v1/tenants/busy");
    var before = sockets();

    var again = gateway.post("/v1/tenants/busy/start", "{\"wait\":\"qr\",\"forceRelink\":true}");

    assertThat(again.status()).isEqualTo(200);
    assertThat(qr("/v1/tenants/busy")).isEqualTo(shown);
    assertThat(sockets()).isEqualTo(before);
    gateway.post("/v1/tenants/busy/stop", "");
  }

  @Test
  @DisplayName("R6: a stop of what is stopped is harmless, however often, and opens nothing")
  void stoppedTwice() {
    var before = sockets();
    for (int time = 0; time < 3; time++) {
      var answer = gateway.post(IDLE + "/stop", "");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().required("state").asText()).isEqualTo("stopped");
    }
    assertThat(sockets()).isEqualTo(before);
  }

  @Test
  @DisplayName("R10: a pairing code for a linked tenant is refused; it stays linked and connected")
  void codeForALinkedOne() {
    var before = sockets();

    var answer = gateway.post(LINKED + "/pairing-code", "{\"phone\":\"+" + OURS + "\"}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().required("code").asText()).isEqualTo("already_linked");
    assertThat(state(LINKED)).isEqualTo("connected");
    assertThat(sockets()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"12", "hello", "+1555", "", "+155501090011555010"})
  @DisplayName("R33: a pairing code for what can't be a number starts nothing")
  void codeForNoNumber(String phone) {
    var answer = gateway.post(IDLE + "/pairing-code", "{\"phone\":\"" + phone + "\"}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().required("detail").asText()).contains("phone");
    assertThat(state(IDLE)).isEqualTo("stopped");
  }

  @ParameterizedTest
  @CsvSource({
    "reconnect, '\"always\"'",
    "reconnect, '\"\"'",
    "reconnect, '\"MANAGED\"'",
    "reconnect, 7",
    "maxDelay, '\"-PT5S\"'",
    "maxDelay, '\"PT-1H\"'",
    "maxDelay, '\"5 minutes\"'",
    "maxDelay, -5",
    "maxDelay, '\"PT9999999H\"'",
    "conflictMax, -1",
    "conflictMax, 0",
    "conflictMax, 1.5",
    "conflictMax, '\"3\"'",
    "pacing.perMinute, -20",
    "policy, '\"managed\"'"
  })
  @DisplayName(
      "A policy that doesn't exist, a negative time or count: refused, and nothing is taken")
  void badSettings(String field, String value) {
    var before = gateway.get(IDLE).body();
    var bad =
        field.startsWith("pacing.")
            ? "\"pacing\":{\"perMinute\":" + value + "}"
            : "\"" + field + "\":" + value;

    var answer = gateway.put(IDLE, "{\"proxy\":\"http://127.0.0.1:9\"," + bad + "}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo(field);
    assertThat(answer.json().required("detail").asText()).contains(field);
    assertThat(gateway.get(IDLE).body()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "wait, '\"soon\"'",
    "wait, true",
    "timeout, '\"-PT1S\"'",
    "timeout, '\"PT4M\"'",
    "timeout, -1",
    "forceRelink, '\"yes\"'",
    "force, true"
  })
  @DisplayName("R27: a start that can't be understood starts nothing")
  void badStarts(String field, String value) {
    var before = sockets();

    var answer = gateway.post(IDLE + "/start", "{\"" + field + "\":" + value + "}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo(field);
    assertThat(state(IDLE)).isEqualTo("stopped");
    assertThat(sockets()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"after=-1", "after=x", "limit=0", "limit=-5", "wait=-PT1S", "wait=soon"})
  @DisplayName("A page of events that can't be: refused with the name of what was wrong")
  void badPages(String query) {
    var answer = gateway.get(IDLE + "/events?" + query);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().required("code").asText()).isEqualTo("invalid_request");
    assertThat(answer.json().required("detail").asText())
        .contains(query.substring(0, query.indexOf('=')));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%20b", "..%2f..", "%C3%A4", "a.b"})
  @DisplayName("R29: what is no tenant id is never made")
  void badIds(String id) {
    assertThat(gateway.put("/v1/tenants/" + id, "{}").status()).isBetween(400, 404);
    assertThat(gateway.get("/v1/tenants").json().required("tenants").findValuesAsText("id"))
        .allMatch(known -> known.matches("[a-z]+"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "\"start\"", "{\"wait\":\"none\"", "null"})
  @DisplayName("A body that is no JSON object starts nothing")
  void noObject(String body) {
    var answer = gateway.post(IDLE + "/start", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().required("code").asText()).isEqualTo("invalid_request");
    assertThat(state(IDLE)).isEqualTo("stopped");
  }

  private static String qr(String tenant) {
    return gateway.get(tenant + "/qr").json().required("qr").asText();
  }

  private static String state(String tenant) {
    return gateway.get(tenant + "/status").json().required("state").asText();
  }

  private static SocketsView.Total sockets() {
    return sandbox.sockets().total();
  }
}
