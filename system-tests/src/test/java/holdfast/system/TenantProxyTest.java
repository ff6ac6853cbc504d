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
import org.junit.jupiter.api.io.TempDir;

/// A tenant behind a proxy of its own, from the API down to the sandbox's sockets (R42).
class TenantProxyTest {
  private static final String OURS = "15550109001";
  private static final String ECHO = "15550109002";
  private static final String TENANT = "/v1/tenants/shop";

  @TempDir Path folder;
  private Sandbox sandbox;
  private GatewayUnderTest gateway;

  @BeforeEach
  void start() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    gateway = new GatewayUnderTest(sandbox, folder);
  }

  @AfterEach
  void close() {
    gateway.close();
    sandbox.close();
  }

  @Test
  @DisplayName("R42: linking, a restart and a message through a SOCKS5 proxy with credentials")
  void throughSocks5() throws Exception {
    try (var proxy = LoopbackProxy.socks5()) {
      through(proxy);
    }
  }

  @Test
  @DisplayName("R42: linking, a restart and a message through an HTTP proxy with credentials")
  void throughConnect() throws Exception {
    try (var proxy = LoopbackProxy.connect()) {
      through(proxy);
    }
  }

  private void through(LoopbackProxy proxy) {
    gateway.put(TENANT, "{\"proxy\":\"" + proxy.url() + "\"}");
    link();
    assertThat(proxy.opened()).as("the registration and the login after it").isEqualTo(2);

    gateway.restart();
    awaitState("connected");
    assertThat(proxy.opened()).isEqualTo(3);
    assertThat(sandbox.sockets().total().accepted()).as("none beside the proxy").isEqualTo(3);

    gateway.send("shop", "+" + ECHO, "through it", Optional.empty());
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                sandbox.phoneMessages(ECHO).stream()
                    .anyMatch(note -> note.text().equals("through it")));
  }

  @Test
  @DisplayName("R42: TLS goes through a proxy as it is, and the proxy looks WhatsApp's name up")
  void tlsByName() throws Exception {
    var url = sandbox.wssUrl().toString().replace("127.0.0.1", "localhost");
    gateway.close();
    gateway =
        new GatewayUnderTest(
            sandbox,
            folder,
            Map.of("HOLDFAST_WHATSAPP_URL", url, "HOLDFAST_TRUST", sandbox.caFile().toString()));
    for (var proxy : List.of(LoopbackProxy.socks5(), LoopbackProxy.connect())) {
      try (proxy) {
        gateway.put(TENANT, "{\"proxy\":\"" + proxy.url() + "\"}");
        gateway.post(TENANT + "/start", "{\"wait\":\"qr\",\"timeout\":\"PT20S\"}");

        assertThat(status().required("state").asText()).isEqualTo("awaiting_scan");
        assertThat(proxy.targets()).containsExactly("localhost:" + sandbox.wssUrl().getPort());
        gateway.post(TENANT + "/stop", "{}");
      }
    }
  }

  @Test
  @DisplayName("R42: wrong credentials open no socket, and the proxy is named as the reason")
  void wrongCredentials() throws Exception {
    for (var proxy : List.of(LoopbackProxy.socks5(), LoopbackProxy.connect())) {
      try (proxy) {
        gateway.put(TENANT, "{\"proxy\":\"" + proxy.url("wrong-word") + "\"}");
        gateway.post(TENANT + "/start", "{}");
        await().atMost(Duration.ofSeconds(20)).until(() -> proxy.refused() >= 2);

        var last = status().required("lastDisconnect");
        assertThat(last.required("reason").asText()).isEqualTo("proxy_failed");
        assertThat(last.required("text").asText())
            .startsWith("the proxy " + proxy.address() + " failed: ")
            .doesNotContain("wrong-word");
        gateway.post(TENANT + "/stop", "{}");
        assertThat(gateway.get(TENANT).body()).doesNotContain("wrong-word");
        assertThat(proxy.opened()).isZero();
      }
    }
    assertThat(sandbox.sockets().total().accepted()).isZero();
  }

  @Test
  @DisplayName("R15, R42: a proxy that dies is a lost transport; when it is back, so is the tenant")
  void dies() throws Exception {
    try (var proxy = LoopbackProxy.socks5()) {
      gateway.put(TENANT, "{\"proxy\":\"" + proxy.url() + "\"}");
      link();

      proxy.die();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  status().at("/lastDisconnect/reason").asText().equals("proxy_failed")
                      && status().required("state").asText().equals("waiting"));
      assertThat(status().at("/lastDisconnect/text").asText()).contains(proxy.address(), "refused");
      assertThat(sandbox.sockets().total().open()).as("never around the proxy").isZero();

      proxy.revive();
      awaitState("connected");
      assertThat(sandbox.sockets().of(OURS + ":1").orElseThrow().replacedLive()).isZero();
      assertThat(sandbox.sockets().total().maxOpen()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName(
      "R42: without its proxy again a tenant connects directly, from its next connection on")
  void removed() throws Exception {
    try (var proxy = LoopbackProxy.connect()) {
      gateway.put(TENANT, "{\"proxy\":\"" + proxy.url() + "\"}");
      link();
      gateway.put(TENANT, "{\"proxy\":null}");
      assertThat(status().required("state").asText()).isEqualTo("connected");

      assertThat(gateway.post(TENANT + "/restart", "").status()).isBetween(200, 202);

      awaitState("connected");
      assertThat(proxy.opened()).isEqualTo(2);
      assertThat(sandbox.sockets().total().accepted()).isEqualTo(3);
    }
  }

  private void link() {
    gateway.post(TENANT + "/start", "{\"wait\":\"qr\",\"timeout\":\"PT20S\"}");
    sandbox.scan(OURS, gateway.get(TENANT + "/qr").json().required("qr").asText());
    awaitState("connected");
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
