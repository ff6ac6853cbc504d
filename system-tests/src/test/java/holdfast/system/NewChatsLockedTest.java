package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// WhatsApp lets an account begin no new chats for a while: only first messages to strangers wait.
class NewChatsLockedTest {
  private static final String OURS = "15550109001";
  private static final String FRIEND = "15550100010";
  private static final String STRANGER = "15550100011";
  private static final String OTHER = "15550100012";
  private static final String TENANT = "/v1/tenants/shop";
  private static final int LOCK_SECONDS = 25;
  private static final int LOCKED = 423;

  @TempDir Path folder;
  private Sandbox sandbox;
  private GatewayProcess gateway;

  @BeforeEach
  void start() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    List.of(FRIEND, STRANGER, OTHER).forEach(number -> sandbox.makePhone(number, "Phone"));
    gateway = GatewayProcess.start(folder.resolve("data"), sandbox);
    gateway.put(TENANT, Map.of());
    gateway.post(TENANT + "/start", Map.of("wait", "qr", "timeout", "PT20S"));
    sandbox.scan(OURS, gateway.get(TENANT + "/qr").body().required("qr").asText());
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> gateway.get(TENANT + "/status").body().path("state").asText(),
            "connected"::equals);
    sandbox.sendFromPhone(FRIEND, OURS, "we know each other");
    await().atMost(Duration.ofSeconds(60)).until(() -> !gateway.texts("shop").isEmpty());
  }

  @AfterEach
  void close() {
    gateway.close();
    sandbox.close();
  }

  @Test
  @DisplayName(
      "R18: while new chats are locked first messages are held or refused with retryAfter, others"
          + " flow, and after the lock they go, once and in order")
  void heldUntilTheEnd() {
    sandbox.fault("new_chats_locked", Optional.of(OURS + ":1"), 1, Map.of("seconds", LOCK_SECONDS));
    var first = send(STRANGER, "first");
    var held = awaitState(first, "scheduled");
    assertThat(held.path("reason").asText()).isEqualTo("new_chats_locked");
    var end = Instant.parse(held.required("sendAt").asText());

    var second = send(STRANGER, "second");
    var other = send(OTHER, "other");
    awaitState(second, "scheduled");
    awaitState(other, "scheduled");
    var refused = post(OTHER, "refused", Map.of("whenBusy", "refuse"));
    assertThat(refused.status()).isEqualTo(LOCKED);
    assertThat(refused.body().path("reason").asText()).isEqualTo("new_chats_locked");
    assertThat(refused.body().required("retryAfter").asInt()).isBetween(1, LOCK_SECONDS);
    var flowing = awaitState(send(FRIEND, "to a friend"), "delivered");
    assertThat(reached(flowing, "delivered")).isBefore(end);

    for (var id : List.of(first, second, other)) {
      var gone = awaitState(id, "delivered");
      assertThat(reached(gone, "sent")).isAfterOrEqualTo(end);
    }
    assertThat(texts(STRANGER)).containsExactly("first", "second");
    assertThat(texts(OTHER)).containsExactly("other");
    assertThat(sandbox.violations(Optional.empty())).isEmpty();
  }

  @Test
  @DisplayName(
      "A first message that is refused with 463 while no lock is known has nothing to wait for: it"
          + " fails as restricted, alone")
  void restricted() {
    sandbox.fault("ack_error", Optional.of(OURS + ":1"), 1, Map.of("code", 463));
    var failed = awaitState(send(STRANGER, "first"), "failed");
    assertThat(failed.path("reason").asText()).isEqualTo("restricted");

    awaitState(send(STRANGER, "second"), "delivered");
    assertThat(texts(STRANGER)).containsExactly("second");
  }

  private String send(String to, String text) {
    var answer = post(to, text, Map.of());
    assertThat(answer.status()).isEqualTo(202);
    return answer.body().required("id").asText();
  }

  private GatewayProcess.Answer post(String to, String text, Map<String, String> more) {
    var body = new HashMap<>(Map.of("to", "+" + to, "type", "text", "text", text));
    body.putAll(more);
    return gateway.post(TENANT + "/messages", body);
  }

  private JsonNode awaitState(String id, String state) {
    return await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () -> gateway.get(TENANT + "/messages/" + id).body(),
            message -> message.required("state").asText().equals(state));
  }

  private static Instant reached(JsonNode message, String state) {
    return Instant.parse(message.required("reached").required(state).asText());
  }

  private List<String> texts(String phone) {
    return sandbox.phoneMessages(phone).stream()
        .filter(note -> !note.from().equals(phone))
        .map(note -> note.text())
        .toList();
  }
}
