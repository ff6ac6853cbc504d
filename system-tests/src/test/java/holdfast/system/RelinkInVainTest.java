package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
  private PlayedTenant ours;

  @BeforeEach
  void link() throws Sandbox.NotStarted {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    gateway = new GatewayUnderTest(sandbox, temp);
    ours = new PlayedTenant(sandbox, gateway, PHONE);
    gateway.put(ours.path(), "{}");
    start("{\"wait\":\"qr\",\"timeout\":\"PT20S\"}");
    ours.scan();
    ours.await("connected");
    chat("before");
  }

  @AfterEach
  void stop() {
    gateway.close();
    sandbox.close();
  }

  @Test
  @DisplayName(
      "R27, R31: a new link that is refused before it is proven gives way to the old one, also"
          + " after a restart, and what came in meanwhile is read")
  void bringsTheOldLinkBack() {
    relinkInVain();
    gateway.restart();
    assertThat(ours.state()).isEqualTo("logged_out");
    sandbox.sendFromPhone(ECHO, PHONE, "while away");

    start("{\"wait\":\"connected\",\"timeout\":\"PT20S\"}");

    assertThat(sandbox.sockets().of(PHONE + ":1").orElseThrow().open()).isEqualTo(1);
    await().atMost(PATIENCE).until(() -> ours.received().contains("while away"));
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
    ours.scan();
    ours.await("connected");

    assertThat(sandbox.sockets().of(PHONE + ":3").orElseThrow().open()).isEqualTo(1);
    ours.post("/stop", "{}");
    start("{\"wait\":\"connected\",\"timeout\":\"PT20S\"}");
    assertThat(sandbox.sockets().of(PHONE + ":3").orElseThrow().open()).isEqualTo(1);
  }

  /// The phone's word is given and stored; the login that would prove it is answered with a 401.
  private void relinkInVain() {
    start("{\"wait\":\"qr\",\"timeout\":\"PT20S\",\"forceRelink\":true}");
    sandbox.fault("failure", Optional.empty(), 1, Map.of("code", 401));
    ours.scan();
    ours.await("logged_out");
  }

  private void start(String body) {
    assertThat(ours.post("/start", body).status()).isEqualTo(200);
  }

  private void chat(String text) {
    ours.say(ECHO, text);
    await().atMost(PATIENCE).until(() -> ours.received().contains(text));
  }

  private List<String> types() {
    return ours.events().stream().map(event -> event.get("type").asText()).toList();
  }
}
