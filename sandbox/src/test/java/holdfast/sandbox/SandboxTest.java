package holdfast.sandbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The control interface over its real port.
class SandboxTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private static Sandbox sandbox;

  @BeforeAll
  static void start() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
  }

  @AfterAll
  static void close() {
    sandbox.close();
  }

  @Test
  @DisplayName("GET /sandbox says where everything is; the Noise root is 32 bytes in hex")
  void about() throws Exception {
    var about = get("/sandbox");

    assertThat(about.required("wsUrl").asText()).isEqualTo(sandbox.wsUrl().toString());
    assertThat(about.required("wssUrl").asText()).startsWith("wss://127.0.0.1:");
    assertThat(HexFormat.of().parseHex(about.required("noiseRoot").asText())).hasSize(32);
    assertThat(Path.of(about.required("caFile").asText())).isNotEmptyFile();
    assertThat(about.required("mediaHost").asText()).startsWith("127.0.0.1:");
  }

  @Test
  @DisplayName("The media host is trusted by whoever trusts the sandbox's authority")
  void tls() throws Exception {
    var context = SSLContext.getInstance("TLS");
    context.init(null, trusting(sandbox.caFile()).getTrustManagers(), null);
    var trusting = HttpClient.newBuilder().sslContext(context).build();
    var request =
        HttpRequest.newBuilder(URI.create("https://" + sandbox.mediaHost() + "/nothing")).build();

    assertThat(trusting.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
    assertThatThrownBy(() -> http.send(request, BodyHandlers.ofString()))
        .isInstanceOf(javax.net.ssl.SSLException.class);
  }

  private static TrustManagerFactory trusting(Path caFile) throws Exception {
    var certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(caFile)));
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("sandbox", certificate);
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }

  @Test
  @DisplayName(
      "A new phone is 201, a known one 200 with its new name; two are there from the start")
  void phones() throws Exception {
    var body = "{\"number\":\"15550100001\",\"pushName\":\"Ann\"}";
    assertThat(post("/sandbox/phones", body).statusCode()).isEqualTo(201);
    var again = post("/sandbox/phones", body.replace("Ann", "Anna"));
    assertThat(again.statusCode()).isEqualTo(200);

    assertThat(JSON.readTree(again.body()).required("pushName").asText()).isEqualTo("Anna");
    assertThat(get("/sandbox/phones").required("phones").findValuesAsText("number"))
        .contains("15550109001", "15550109002", "15550100001");
  }

  @Test
  @DisplayName("Phones and groups talk over the control interface, and the second phone echoes")
  void messages() throws Exception {
    post("/sandbox/phones/15550109001/messages", "{\"to\":\"15550109002\",\"text\":\"hello\"}");
    var group =
        post(
            "/sandbox/groups",
            "{\"subject\":\"Team\",\"members\":[\"15550109001\",\"15550109002\"]}");
    var id = JSON.readTree(group.body()).required("id").asText();
    post("/sandbox/phones/15550109002/messages", "{\"to\":\"" + id + "\",\"text\":\"hello all\"}");

    var messages = get("/sandbox/phones/15550109001/messages").required("messages");
    assertThat(messages.findValuesAsText("text")).containsExactly("hello", "hello", "hello all");
    assertThat(messages.findValuesAsText("chat")).containsExactly("15550109002", "15550109002", id);
    assertThat(messages.findValuesAsText("from"))
        .containsExactly("15550109001", "15550109002", "15550109002");
    assertThat(get("/sandbox/phones/15550109001/messages?after=2").required("messages")).hasSize(1);
    post("/sandbox/groups/" + id + "/members", "{\"remove\":[\"15550109002\"]}");
    assertThat(get("/sandbox/groups").findValue("members")).hasSize(1);
  }

  @Test
  @DisplayName("What can't be done is a problem document with reason and field")
  void problems() throws Exception {
    var phones = "/sandbox/phones";
    problem(post(phones, "{\"pushName\":\"x\"}"), 400, "missing", "number");
    problem(post(phones, "{\"number\":\"+1\",\"pushName\":\"x\"}"), 400, "not_a_number", "number");
    problem(post(phones, "[]"), 400, "not_json", "");
    problem(post(phones, "{"), 400, "not_json", "");
    problem(post(phones + "/1/scan", "{\"qr\":\"x\"}"), 400, "not_a_qr", "qr");
    var qr = "2@ref," + ("A".repeat(43) + "=,").repeat(3) + "1";
    problem(
        post(phones + "/15550109001/scan", "{\"qr\":\"" + qr + "\"}"), 404, "unknown_ref", "qr");
    problem(
        post(phones + "/15550109001/enter-code", "{\"code\":\"ABCD1234\"}"),
        404,
        "unknown_code",
        "code");
    problem(
        post(phones + "/15550109001/unlink", "{\"device\":3}"), 404, "unknown_device", "device");
    problem(
        post(phones + "/15550109001/messages", "{\"to\":\"1\",\"text\":\"x\"}"),
        404,
        "unknown_chat",
        "to");
    problem(post("/sandbox/faults", "{\"fault\":\"nothing\"}"), 400, "unknown_fault", "fault");
    problem(post("/sandbox/faults", "{\"fault\":\"drop\"}"), 400, "no_device", "device");
    problem(post("/sandbox/nothing", "{}"), 404, "unknown_route", "");
    problem(post("/sandbox/sockets", "{}"), 405, "method_not_allowed", "");
  }

  private static void problem(
      HttpResponse<String> response, int status, String reason, String field) throws Exception {
    assertThat(response.statusCode()).as("%s", response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    var problem = JSON.readTree(response.body());
    assertThat(problem.required("reason").asText()).isEqualTo(reason);
    assertThat(problem.path("field").asText()).isEqualTo(field);
    assertThat(problem.required("detail").asText()).isNotEmpty();
  }

  @Test
  @DisplayName("Faults that wait are listed until they are used or cleared")
  void faults() throws Exception {
    sandbox.makePhone("15550100011", "Eve");
    var given =
        post(
            "/sandbox/faults",
            "{\"fault\":\"corrupt_enc\",\"device\":\"15550100011:0\",\"count\":2}");
    assertThat(given.statusCode()).isEqualTo(200);
    assertThat(get("/sandbox/faults").findValue("count").asInt()).isEqualTo(2);
    sandbox.sendFromPhone("15550109002", "15550100011", "hello");

    assertThat(sandbox.phoneMessages("15550100011")).hasSize(1);
    assertThat(get("/sandbox/faults").required("faults")).isEmpty();
    assertThat(get("/sandbox/violations?device=15550100011:0").required("violations")).isEmpty();
    assertThat(get("/sandbox/sockets").required("total").required("open").asInt()).isZero();
  }

  @Test
  @DisplayName(
      "What has happened is in the log, and random faults are listed until they are cleared")
  void faultLog() throws Exception {
    sandbox.makePhone("15550100012", "Fay");
    var faults = "/sandbox/faults";
    post(faults, "{\"fault\":\"corrupt_enc\",\"device\":\"15550100012:0\"}");
    sandbox.sendFromPhone("15550109002", "15550100012", "hello");
    var log = get(faults + "/log").required("log");
    var last = log.get(log.size() - 1);
    assertThat(last.required("fault").asText()).isEqualTo("corrupt_enc");
    assertThat(last.required("device").asText()).isEqualTo("15550100012:0");
    assertThat(get(faults + "/log?after=" + last.required("seq").asLong()).required("log"))
        .isEmpty();

    var random = "{\"fault\":\"drop\",\"rate\":0.5,\"per\":\"login\",\"seed\":3";
    assertThat(post(faults, random + "}").statusCode()).isEqualTo(200);
    assertThat(get(faults).required("faults").findValuesAsText("per")).containsExactly("login");
    var cleared =
        http.send(
            HttpRequest.newBuilder(sandbox.url().resolve(faults)).DELETE().build(),
            BodyHandlers.ofString());
    assertThat(JSON.readTree(cleared.body()).required("faults")).isEmpty();
    problem(
        post(faults, "{\"fault\":\"drop\",\"rate\":2,\"per\":\"login\"}"),
        400,
        "not_a_rate",
        "rate");
    problem(post(faults, "{\"fault\":\"drop\",\"rate\":1}"), 400, "unknown_occasion", "per");
    problem(post(faults, "{\"fault\":\"delay\",\"millis\":-1}"), 400, "negative", "millis");
    problem(
        post(faults, "{\"fault\":\"drop\",\"device\":\"1:1\"}"), 404, "unknown_device", "device");
    assertThat(get(faults).required("faults")).isEmpty();
  }

  @Test
  @DisplayName("A page of the web that calls itself by another name controls nothing")
  void foreignHost() throws Exception {
    var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), sandbox.port());
    try (socket) {
      socket
          .getOutputStream()
          .write("GET /sandbox HTTP/1.1\r\nHost: evil.example\r\n\r\n".getBytes(US_ASCII));
      var answer = new byte[12];
      assertThat(socket.getInputStream().readNBytes(answer, 0, 12)).isEqualTo(12);
      assertThat(new String(answer, US_ASCII)).isEqualTo("HTTP/1.1 403");
    }
  }

  @Test
  @DisplayName("A port that is taken is refused in one line")
  void taken() {
    assertThatThrownBy(() -> Sandbox.start(SandboxSettings.inMemory().withPort(sandbox.port())))
        .isInstanceOf(Sandbox.NotStarted.class)
        .message()
        .contains("port " + sandbox.port())
        .doesNotContain("\n");
  }

  private JsonNode get(String path) throws Exception {
    var request = HttpRequest.newBuilder(sandbox.url().resolve(path)).build();
    return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(sandbox.url().resolve(path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }
}
