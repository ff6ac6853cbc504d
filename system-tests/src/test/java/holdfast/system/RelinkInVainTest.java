package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A relink whose new link is made and then fails, by nothing but the API, against the sandbox.
@Timeout(120)
class RelinkInVainTest {
  private static final String PHONE = "15550109001";
  private static final String ECHO = "15550109002";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path temp;
  private Sandbox sandbox;
  private GatewayUnderTest gateway;

  @BeforeEach
  void link() throws Sandbox.NotStarted {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    gateway = new GatewayUnderTest(sandbox, temp);
    gateway.put("/v1/tenants/shop", "{}");
    start("{\"wait\":\"qr\",\"timeout\":\"PT20S\"}");
    scan();
    awaitState("connected");
    chat("before");
  }

  @AfterEach
  void stop() {
    gateway.close();
    sandbox.close();
  }

  @Test
  @DisplayName(
      "R27, R31: a new link that is refused before it is proven gives way to the old one, also after"
          + " a restart, and what came in meanwhile is read")
  void bringsTheOldLinkBack() {
    relinkInVain();
    gateway.restart();
    assertThat(state()).isEqualTo("logged_out");
    sandbox.sendFromPhone(ECHO, PHONE, "while away");

    start("{\"wait\":\"connected\",\"timeout\":\"PT20S\"}");

    assertThat(sandbox.sockets().of(PHONE + ":1").orElseThrow().open()).isEqualTo(1);
    await().atMost(PATIENCE).until(() -> texts().contains("while away"));
    chat("after");
    assertThat(types()).doesNotContain("message.undecryptable");
    assertThat(sandbox.violations(Optional.empty())).isEmpty();
    assertThat(sandbox.sockets().total().maxOpen()).isEqualTo(1);
  }

  @Test
  @DisplayName("R27: relinked once more, the newest link is the one that stays")
  void linksAnew() {
    relinkInVain();
    start("{\"wait\":\"qr\",\"timeout\":\"PT20S\",\"forceRelink\":true}");
    scan();
    awaitState("connected");

    assertThat(sandbox.sockets().of(PHONE + ":3").orElseThrow().open()).isEqualTo(1);
    gateway.post("/v1/tenants/shop/stop", "{}");
    start("{\"wait\":\"connected\",\"timeout\":\"PT20S\"}");
    assertThat(sandbox.sockets().of(PHONE + ":3").orElseThrow().open()).isEqualTo(1);
  }

  /// The phone's word is given and stored; the login that would prove it is answered with a 401.
  private void relinkInVain() {
    start("{\"wait\":\"qr\",\"timeout\":\"PT20S\",\"forceRelink\":true}");
    sandbox.fault("failure", Optional.empty(), 1, Map.of("code", 401));
    scan();
    awaitState("logged_out");
  }

  private void start(String body) {
    assertThat(gateway.post("/v1/tenants/shop/start", body).status()).isEqualTo(200);
  }

  private void scan() {
    sandbox.scan(PHONE, gateway.get("/v1/tenants/shop/qr").json().get("qr").asText());
  }

  private void chat(String text) {
    gateway.send("shop", "+" + ECHO, text, Optional.empty());
    await().atMost(PATIENCE).until(() -> texts().contains(text));
  }

  private String state() {
    return gateway.get("/v1/tenants/shop/status").json().get("state").asText();
  }

  private void awaitState(String state) {
    await().atMost(PATIENCE).until(this::state, state::equals);
  }

  private List<String> texts() {
    return events().stream()
        .filter(event -> event.get("type").asText().equals("message.received"))
        .map(event -> event.at("/data/text").asText())
        .toList();
  }

  private List<String> types() {
    return events().stream().map(event -> event.get("type").asText()).toList();
  }

  private List<JsonNode> events() {
    return gateway
        .get("/v1/tenants/shop/events?limit=1000")
        .json()
        .get("events")
        .valueStream()
        .toList();
  }
}
