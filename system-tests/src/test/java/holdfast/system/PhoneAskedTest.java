package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Messages that reach a gateway damaged, from senders that never send them again: the tenant's own
/// phone, which has them, is asked.
class PhoneAskedTest {
  private static final String OURS = "15550109001";
  private static final String THEIRS = "15550109003";
  private static final String DEVICE = OURS + ":1";
  private static final String PHONE = OURS + ":0";
  private static final String TENANT = "/v1/tenants/shop";

  @TempDir Path folder;
  private Sandbox sandbox;
  private GatewayProcess gateway;

  @BeforeEach
  void link() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    sandbox.makePhone(THEIRS, "Theirs");
    start();
    gateway.put(TENANT, Map.of());
    gateway.post(TENANT + "/start", Map.of("wait", "qr", "timeout", "PT20S"));
    sandbox.scan(OURS, gateway.get(TENANT + "/qr").body().required("qr").asText());
    connected();
    arrives(send(OURS, "a first text"));
    sandbox.fault("withhold_retries", Optional.of(DEVICE), 1_000, Map.of());
  }

  @AfterEach
  void close() {
    gateway.close();
    sandbox.close();
  }

  @Test
  @DisplayName("R31: a text that nobody sends again arrives through the phone, once")
  void throughThePhone() {
    damageOne(DEVICE);
    var id = send(OURS, "lost at first");
    arrives(id);
    var group = sandbox.makeGroup("Friends", List.of(THEIRS, OURS)).id();
    arrives(send(group, "first in the group"));
    damageOne(DEVICE);
    var inGroup = send(group, "lost in the group");
    arrives(inGroup);
    arrives(send(OURS, "a last text"));

    for (var lost : List.of(id, inGroup)) {
      assertThat(types(lost))
          .containsExactly("message.undecryptable", "message.requested", "message.received");
    }
    var received = about(id).getLast().required("data");
    assertThat(received.required("text").asText()).isEqualTo("lost at first");
    assertThat(received.at("/from/phone").asText()).isEqualTo("+" + THEIRS);
    assertThat(received.at("/from/pushName").asText()).isEqualTo("Theirs");
    assertThat(received.at("/chat/phone").asText()).isEqualTo("+" + THEIRS);
    assertThat(Instant.parse(received.required("timestamp").asText()))
        .as("when it was sent, not when it was asked for")
        .isBeforeOrEqualTo(Instant.parse(about(id).getFirst().required("at").asText()));
    var shared = about(inGroup).getLast().required("data");
    assertThat(shared.required("group").asBoolean()).isTrue();
    assertThat(shared.at("/from/phone").asText()).isEqualTo("+" + THEIRS);
    assertThat(sandbox.violations(Optional.empty())).isEmpty();
  }

  @Test
  @DisplayName("R22, R31: what is to be asked for is known after a SIGKILL")
  void afterAKill() throws Exception {
    damageOne(DEVICE);
    var id = send(OURS, "lost at first");
    await().atMost(Duration.ofSeconds(20)).until(() -> types(id).size() == 1);
    gateway.kill();
    start();
    connected();
    arrives(id);

    assertThat(types(id))
        .containsExactly("message.undecryptable", "message.requested", "message.received");
    assertThat(sandbox.violations(Optional.empty())).isEmpty();
  }

  @Test
  @DisplayName("What the phone hasn't got either is given up, and the tenant is told")
  void nowhere() {
    sandbox.fault("withhold_retries", Optional.of(PHONE), 1_000, Map.of());
    damageOne(DEVICE);
    damageOne(PHONE);
    var id = send(OURS, "lost for good");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(types(id)).contains("message.given_up"));

    assertThat(about(id).getLast().at("/data/reason").asText()).isEqualTo("not_on_phone");
    arrives(send(OURS, "a last text"));
  }

  // ---- the two sides

  private void start() throws Exception {
    gateway = GatewayProcess.start(folder.resolve("data"), sandbox);
  }

  private void connected() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> gateway.get(TENANT + "/status").body().path("connected").asBoolean());
  }

  private void damageOne(String device) {
    sandbox.fault("corrupt_enc", Optional.of(device), 1, Map.of());
  }

  private String send(String to, String text) {
    return sandbox.sendFromPhone(THEIRS, to, text);
  }

  private void arrives(String id) {
    await(id)
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(types(id)).contains("message.received"));
  }

  private List<JsonNode> about(String id) {
    return gateway.events("shop", 0).stream()
        .filter(event -> event.at("/data/messageId").asText().equals(id))
        .toList();
  }

  private List<String> types(String id) {
    return about(id).stream().map(event -> event.required("type").asText()).toList();
  }
}
