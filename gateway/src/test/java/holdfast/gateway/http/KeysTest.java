package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.gateway.store.DatabaseUrl;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {
  @TempDir private Path temp;
  private Running api;

  /// Where the database is, empty for the embedded one.
  Optional<DatabaseUrl> database() {
    return Optional.empty();
  }

  @BeforeEach
  void start() {
    api = new Running(temp, database());
    api.put("/v1/tenants/shop", "{}");
    api.put("/v1/tenants/inn", "{}");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  @DisplayName("R29 A tenant's key reaches that tenant only, and can't make or delete it")
  void keepsTenantsApart() {
    var key = key("{\"scope\":\"tenant\",\"tenant\":\"shop\"}");

    assertThat(as(key, "GET", "/v1/tenants/shop/status")).isEqualTo(200);
    assertThat(as(key, "GET", "/v1/tenants/shop/webhook")).isEqualTo(404);
    assertThat(as(key, "GET", "/v1/tenants/inn/status")).isEqualTo(403);
    assertThat(as(key, "GET", "/v1/tenants/nobody/status")).isEqualTo(403);
    assertThat(as(key, "DELETE", "/v1/tenants/shop")).isEqualTo(403);
    assertThat(as(key, "GET", "/v1/tenants")).isEqualTo(403);
    assertThat(as(key, "GET", "/v1/keys")).isEqualTo(403);
  }

  @Test
  @DisplayName("R29 A key to read can't send, and a key to send can't read the events")
  void keepsScopesApart() {
    var reader = key("{\"scope\":\"read\"}");
    var sender = key("{\"scope\":\"send\",\"tenant\":\"shop\"}");

    assertThat(as(reader, "GET", "/v1/tenants/inn/events")).isEqualTo(200);
    assertThat(as(reader, "POST", "/v1/tenants/inn/messages")).isEqualTo(403);
    assertThat(as(reader, "GET", "/v1/tenants/inn/qr")).isEqualTo(403);
    assertThat(as(sender, "POST", "/v1/tenants/shop/messages")).isEqualTo(400);
    assertThat(as(sender, "POST", "/v1/tenants/inn/messages")).isEqualTo(403);
    assertThat(as(sender, "GET", "/v1/tenants/shop/events")).isEqualTo(403);
    assertThat(as(sender, "POST", "/v1/tenants/shop/stop")).isEqualTo(403);
  }

  @Test
  @DisplayName("R29, R39 The metrics need a key: an admin's, or one that reaches nothing else")
  void guardsTheMetrics() {
    var scraper = key("{\"scope\":\"metrics\"}");
    var reader = key("{\"scope\":\"read\"}");

    assertThat(as(scraper, "GET", "/metrics")).isEqualTo(200);
    assertThat(as(scraper, "GET", "/v1/tenants/shop/status")).isEqualTo(403);
    assertThat(as(scraper, "GET", "/v1/tenants")).isEqualTo(403);
    assertThat(as(reader, "GET", "/metrics")).isEqualTo(403);
    assertThat(api.call("GET", "/metrics", "", Map.of()).status()).isEqualTo(401);
    assertThat(api.get("/metrics").text()).contains("holdfast_sockets_open{state=\"connected\"} 0");
  }

  @Test
  @DisplayName("R29 Every header that the old systems used is read, and a revoked key is none")
  void readsHeaders() {
    var made = api.post("/v1/keys", "{\"scope\":\"admin\",\"name\":\"ops\"}").json();
    var key = made.get("key").asText();
    for (var header :
        Map.of("X-Internal-Secret", key, "X-Api-Key", key, "Authorization", "bearer " + key)
            .entrySet()) {
      var answer = api.call("GET", "/v1/keys", "", Map.of(header.getKey(), header.getValue()));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).contains("ops").doesNotContain(key);
    }

    assertThat(api.delete("/v1/keys/" + made.get("id").asText()).status()).isEqualTo(204);
    assertThat(as(key, "GET", "/v1/keys")).isEqualTo(401);
    assertThat(api.delete("/v1/keys/" + made.get("id").asText()).code()).isEqualTo("no_such_key");
  }

  @Test
  @DisplayName("A key that makes no sense isn't made")
  void refusesNonsense() {
    for (var body :
        new String[] {
          "{}",
          "{\"scope\":\"root\"}",
          "{\"scope\":\"tenant\"}",
          "{\"scope\":\"admin\",\"tenant\":\"shop\"}",
          "{\"scope\":\"metrics\",\"tenant\":\"shop\"}",
          "{\"scope\":\"read\",\"tenant\":\"../x\"}"
        }) {
      assertThat(api.post("/v1/keys", body).status()).as(body).isEqualTo(400);
    }
    assertThat(api.post("/v1/keys", "{\"scope\":\"tenant\",\"tenant\":\"nobody\"}").status())
        .isEqualTo(404);
  }

  private String key(String body) {
    var made = api.post("/v1/keys", body);
    assertThat(made.status()).isEqualTo(201);
    return made.json().get("key").asText();
  }

  private int as(String key, String method, String path) {
    return api.call(method, path, "", Map.of("Authorization", "Bearer " + key)).status();
  }
}
