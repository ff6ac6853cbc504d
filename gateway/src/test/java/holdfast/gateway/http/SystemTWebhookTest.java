package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.store.Batch;
import holdfast.store.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// System T's callback to its backend.
@Timeout(60)
class SystemTWebhookTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir private Path temp;
  private Running api;
  private Receiver backend;

  @BeforeEach
  void start() throws IOException {
    backend = new Receiver();
    api = new Running(temp, true);
    api.put("/v1/tenants/acme", "{}");
  }

  @AfterEach
  void stop() {
    backend.close();
    api.close();
  }

  private String hook(String more) {
    return "{\"url\":\"" + backend.url() + "\"" + more + "}";
  }

  private static Event reached(String state, String reason) {
    return new Event.StateReached(
        state, Optional.of(reason).filter(word -> !word.isEmpty()), Optional.empty(), 1, NOON);
  }

  private JsonNode body(int at) throws IOException {
    return new JsonMapper().readTree(backend.requests.get(at).body());
  }

  @Test
  @DisplayName("R30 T's backend is told connected and disconnected in its own words, and no more")
  void tellsInItsWords() throws IOException {
    var headers = ",\"format\":\"system-t\",\"headers\":{\"X-Internal-Secret\":\"theirs\"}";
    var added = api.post("/v1/tenants/acme/webhooks", hook(headers));
    assertThat(added.status()).as(added.text()).isEqualTo(201);
    assertThat(added.json().get("format").asText()).isEqualTo("system-t");
    var events =
        List.of(
            reached("starting", ""),
            reached("awaiting_scan", ""),
            reached("connected", ""),
            reached("waiting", "connection_closed"),
            reached("connected", ""),
            reached("stopping", ""),
            reached("stopped", ""),
            reached("logged_out", "device_removed"));
    api.database.sessions().commit(new Batch("acme", 9, List.of(), List.of(), events));
    await().until(() -> backend.asked() == 5);

    assertThat(backend.requests.getFirst().body())
        .isEqualTo(
            "{\"tenantId\":\"acme\",\"status\":\"connected\",\"reason\":null,"
                + "\"at\":\"2026-01-01T12:00:00Z\"}");
    assertThat(backend.requests.getFirst().header("X-Internal-Secret")).isEqualTo("theirs");
    assertThat(backend.requests.getFirst().header("X-Holdfast-Signature")).startsWith("t=");
    assertThat(body(1).get("reason").asText()).isEqualTo("connection_closed");
    assertThat(body(3).get("status").asText()).isEqualTo("disconnected");
    assertThat(body(3).get("reason").asText()).isEqualTo("stopped");
    assertThat(body(4).get("reason").asText()).isEqualTo("logged_out");
    await()
        .until(
            () ->
                api.get("/v1/tenants/acme/webhooks/" + added.json().get("id").asText())
                        .json()
                        .get("behind")
                        .asInt()
                    == 0);
  }

  @Test
  @DisplayName("R30 A test of such a webhook comes in its shape too")
  void testsInItsShape() throws IOException {
    var id =
        api.post("/v1/tenants/acme/webhooks", hook(",\"format\":\"system-t\""))
            .json()
            .get("id")
            .asText();
    assertThat(api.post("/v1/tenants/acme/webhooks/" + id + "/test", "").status()).isEqualTo(200);
    await().until(() -> backend.asked() == 1);

    assertThat(body(0).get("tenantId").asText()).isEqualTo("acme");
    assertThat(body(0).get("status").asText()).isEqualTo("test");
  }
}
