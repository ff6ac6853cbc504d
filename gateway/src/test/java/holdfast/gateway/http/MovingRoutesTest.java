package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import holdfast.gateway.moving.AuthFiles;
import holdfast.gateway.session.Standing;
import holdfast.session.Input;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MovingRoutesTest {
  private static final String IMPORT = "/v1/tenants/shop/import";
  private static final String EXPORT = "/v1/tenants/shop/export";

  @TempDir private Path temp;
  private Running api;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() {
    api = new Running(temp, false);
    api.put("/v1/tenants/shop", "{}");
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  private static byte[] folder() throws IOException {
    return AuthFiles.ofFolder(
            Path.of("src", "test", "resources", "baileys", "7.0.0-rc14", "ann").toAbsolutePath())
        .zip();
  }

  private HttpRequest request(String path, HttpRequest.BodyPublisher body) {
    return HttpRequest.newBuilder(URI.create(api.url() + path))
        .header("X-Api-Key", Running.ADMIN)
        .header("Content-Type", "application/zip")
        .POST(body)
        .build();
  }

  /// A zip goes up; what comes back is held to the contract.
  private Running.Answer upload(String path, byte[] body) throws Exception {
    var request = request(path, HttpRequest.BodyPublishers.ofByteArray(body));
    var response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    var answer = new Running.Answer(response.statusCode(), response);
    assertThat(
            api.contract.judgeAnswer(
                "POST /v1/tenants/{tenant}/import",
                answer.status(),
                answer.header("Content-Type"),
                answer.text()))
        .isEmpty();
    return answer;
  }

  @Test
  @DisplayName("R26 A packed auth folder is imported and exported again by the API")
  void movesInAndOut() throws Exception {
    var session = api.session("shop");

    var answer = upload(IMPORT, folder());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/account/phone").asText()).isEqualTo("+15550102003");
    assertThat(answer.json().get("ratchets").asInt()).isEqualTo(4);
    assertThat(session.closed).as("the session of before").isTrue();
    var zip = api.get(EXPORT);
    assertThat(zip.status()).isEqualTo(200);
    assertThat(zip.header("Content-Type")).contains("application/zip");
    assertThat(AuthFiles.ofZip(new ByteArrayInputStream(zip.response().body())).files())
        .containsKeys("creds.json", "session-289275087848875_1.1.json", "pre-key-812.json");
  }

  @Test
  @DisplayName("What can't be taken is refused with the reason, and the tenant stays as it was")
  void refusesUnfitZips() throws Exception {
    assertThat(upload(IMPORT, "no zip".getBytes(StandardCharsets.UTF_8)).code())
        .isEqualTo("unfit_auth_state");
    assertThat(upload(IMPORT, new byte[0]).code()).isEqualTo("unfit_auth_state");
    assertThat(upload(IMPORT + "?replace=perhaps", folder()).code()).isEqualTo("invalid_request");
    assertThat(upload("/v1/tenants/nobody/import", folder()).code()).isEqualTo("no_such_tenant");
    assertThat(api.get(EXPORT).code()).isEqualTo("not_linked");
    assertThat(api.session("shop").closed).isFalse();
  }

  @Test
  @DisplayName("A running tenant is stopped only when its link may be given up")
  void refusesRunningTenants() throws Exception {
    var session = api.session("shop");
    session.status = Standing.in("awaiting_scan").status();

    assertThat(upload(IMPORT, folder()).code()).isEqualTo("tenant_running");
    assertThat(api.get(EXPORT).code()).isEqualTo("tenant_running");
    assertThat(upload(IMPORT + "?replace=true", "no zip".getBytes(StandardCharsets.UTF_8)).code())
        .isEqualTo("unfit_auth_state");
    assertThat(session.asked).isEmpty();

    assertThat(upload(IMPORT + "?replace=true", folder()).status()).isEqualTo(200);
    assertThat(session.asked).hasOnlyElementsOfType(Input.Stop.class);
  }

  @Test
  @DisplayName("R26 A tenant that is started while it is read isn't exported")
  void refusesWhatMovesMeanwhile() throws Exception {
    assertThat(upload(IMPORT, folder()).status()).isEqualTo(200);
    var session = api.session("shop");
    session.before.add(FakeSession.STOPPED);
    session.status = Standing.in("connected").status();
    assertThat(api.get(EXPORT).code()).isEqualTo("tenant_running");
    session.status = FakeSession.STOPPED;
    assertThat(api.get(EXPORT).status()).isEqualTo(200);
  }

  @Test
  @DisplayName(
      "Links of a tenant move one at a time, few of all, and whoever trickles a zip is cut off")
  void movesFewAtATime() throws Exception {
    for (var other : List.of("inn", "farm", "mill")) {
      api.put("/v1/tenants/" + other, "{}");
    }
    try (var _ = trickle("shop")) {
      await().until(() -> upload(IMPORT, new byte[0]).code().equals("too_many_moves"));
      var busy = api.get(EXPORT);
      assertThat(busy.status()).isEqualTo(429);
      assertThat(busy.header("Retry-After")).isPresent();
      var inn = "/v1/tenants/inn/import";
      assertThat(upload(inn, new byte[0]).code()).isEqualTo("unfit_auth_state");
      try (var _ = trickle("farm");
          var _ = trickle("mill")) {
        await().until(() -> upload(inn, new byte[0]).code().equals("too_many_moves"));
      }
    }
    await().until(() -> upload(IMPORT, new byte[0]).code().equals("unfit_auth_state"));
    assertThat(upload(IMPORT, folder()).status()).isEqualTo(200);

    try (var late = new Upload(new ByteArrayInputStream(folder()), Duration.ZERO)) {
      assertThatThrownBy(() -> AuthFiles.ofZip(late)).hasMessageContaining("longer than 0 s");
    }
  }

  private Socket trickle(String tenant) throws IOException {
    var url = URI.create(api.url());
    var slow = new Socket(url.getHost(), url.getPort());
    var begin =
        "POST /v1/tenants/%s/import HTTP/1.1\r\nHost: a\r\nX-Api-Key: %s\r\nContent-Length: 900\r\n\r\nPK"
            .formatted(tenant, Running.ADMIN);
    slow.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
    return slow;
  }

  @Test
  @DisplayName("A linked tenant isn't overwritten unasked")
  void refusesLinkedTenants() throws Exception {
    assertThat(upload(IMPORT, folder()).status()).isEqualTo(200);
    assertThat(upload(IMPORT, folder()).code()).isEqualTo("already_linked");
    assertThat(upload(IMPORT + "?replace=true", folder()).status()).isEqualTo(200);
  }
}
