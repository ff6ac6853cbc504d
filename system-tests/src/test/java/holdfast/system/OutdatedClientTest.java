package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that takes the gateway's revision of WhatsApp Web no more (R41).
class OutdatedClientTest {
  private static final String OURS = "15550109001";
  private static final String TENANT = "/v1/tenants/shop";

  @TempDir Path folder;
  private Sandbox sandbox;
  private GatewayUnderTest gateway;

  @BeforeEach
  void start() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    gateway = new GatewayUnderTest(sandbox, folder, Map.of("HOLDFAST_REVISION", "1000"));
    gateway.put(TENANT, "{}");
    gateway.post(TENANT + "/start", "{\"wait\":\"qr\"}");
    sandbox.scan(OURS, gateway.get(TENANT + "/qr").json().required("qr").asText());
    awaitState("connected");
    sandbox.fault("outdated_client", Optional.empty(), 1, Map.of("revision", 2000));
    sandbox.fault("drop", Optional.of(OURS + ":1"), 1, Map.of());
  }

  @AfterEach
  void close() {
    gateway.close();
    sandbox.close();
  }

  @Test
  @DisplayName("R41: 405 leads to one attempt more, then to refused, and says what to do")
  void refused() {
    long before = sandbox.sockets().total().accepted();

    awaitState("refused");

    assertThat(sandbox.sockets().total().accepted() - before).isBetween(1L, 2L);
    assertThat(sandbox.faultLog(0))
        .filteredOn(it -> it.fault().equals("outdated_client"))
        .hasSize(2);
    assertThat(status().required("reason").asText()).isEqualTo("client_outdated");
    var last = status().required("lastDisconnect");
    assertThat(last.required("code").asInt()).isEqualTo(405);
    assertThat(last.required("text").asText()).contains("update Holdfast", "`revision`");

    sandbox.clearFaults();
    gateway.post(TENANT + "/start", "{\"wait\":\"connected\"}");
    awaitState("connected"); // the link is as good as before
  }

  @Test
  @DisplayName("R41: when the attempt after the refresh is taken, nobody has to do anything")
  void refreshed() {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> status().at("/lastDisconnect/code").asInt() == 405);
    sandbox.clearFaults(); // as if the refreshed revision were new enough

    awaitState("connected");

    assertThat(sandbox.sockets().of(OURS + ":1").orElseThrow().replacedLive()).isZero();
  }

  private JsonNode status() {
    return gateway.get(TENANT + "/status").json();
  }

  private void awaitState(String state) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> status().required("state").asText(), state::equals);
  }
}
