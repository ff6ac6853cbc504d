package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.client.Proxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A tenant's proxy over the API (R42).
class ProxySettingTest {
  private static final String TENANT = "/v1/tenants/inn";
  private static final String PROXY = "socks5://ann:s3cret-w0rd@proxy.example:1080";

  @TempDir Path temp;
  private Running api;

  @BeforeEach
  void start() {
    api = new Running(temp, true);
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  @DisplayName("R42: a proxy is set, kept by a change of something else, replaced and removed")
  void setAndRemoved() {
    var made = api.put(TENANT, "{\"proxy\":\"" + PROXY + "\"}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.json().get("proxy").asText()).isEqualTo("socks5://***@proxy.example:1080");
    assertThat(api.database.proxies().find("inn")).contains(Proxy.parse(PROXY));

    api.put(TENANT, "{\"conflictMax\":8}");
    assertThat(api.database.proxies().find("inn")).contains(Proxy.parse(PROXY));

    api.put(TENANT, "{\"proxy\":\"http://127.0.0.1:3128\"}");
    assertThat(api.get(TENANT).json().get("proxy").asText()).isEqualTo("http://127.0.0.1:3128");

    api.put(TENANT, "{\"proxy\":null}");
    assertThat(api.get(TENANT).json().get("proxy").isNull()).isTrue();
    assertThat(api.database.proxies().find("inn")).isEmpty();
  }

  @Test
  @DisplayName("R25, R42: the credentials are sealed in the database and in no answer")
  void sealed() throws IOException {
    var made = api.put(TENANT, "{\"proxy\":\"" + PROXY + "\"}");

    assertThat(made.text() + api.get(TENANT).text() + api.get("/v1/tenants").text())
        .doesNotContain("s3cret", "ann:");
    try (var files = Files.walk(temp)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as("%s", file)
            .doesNotContain("s3cret-w0rd");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"ftp://ann:s3cret@proxy.example:21\"",
        "\"socks5://ann:s3cret@proxy.example\"",
        "\"not a proxy s3cret\"",
        "\"\"",
        "7",
        "{\"host\":\"s3cret\"}"
      })
  @DisplayName(
      "R42: what is no proxy is refused, says which field, quotes nothing, changes nothing")
  void refused(String proxy) {
    api.put(TENANT, "{\"proxy\":\"" + PROXY + "\"}");

    var answer = api.put(TENANT, "{\"conflictMax\":9,\"proxy\":" + proxy + "}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("invalid_request");
    assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo("proxy");
    assertThat(answer.text()).doesNotContain("s3cret");
    assertThat(api.get(TENANT).json().get("conflictMax").asInt()).isEqualTo(3);
    assertThat(api.database.proxies().find("inn")).contains(Proxy.parse(PROXY));
  }

  @Test
  @DisplayName("A tenant that is refused for its proxy isn't made")
  void notMade() {
    assertThat(api.put(TENANT, "{\"proxy\":\"nowhere\"}").status()).isEqualTo(400);
    assertThat(api.get(TENANT).code()).isEqualTo("no_such_tenant");
  }
}
