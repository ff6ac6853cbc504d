package holdfast.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.gateway.Gateway;
import holdfast.gateway.Settings;
import holdfast.sandbox.Sandbox;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/// A gateway in this process, pointed at a sandbox and spoken to by HTTP alone.
final class GatewayUnderTest implements AutoCloseable {
  static final String KEY = "the-operators-own";
  private static final JsonMapper JSON = new JsonMapper();

  /// `body` may be empty.
  record Answer(int status, String body) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new IllegalStateException("no JSON: " + body, e);
      }
    }
  }

  private final Settings settings;
  private final HttpClient client = HttpClient.newHttpClient();
  private Gateway gateway;

  GatewayUnderTest(Sandbox sandbox, Path folder) {
    this(sandbox, folder, Map.of());
  }

  /// `more`: further variables of its environment.
  GatewayUnderTest(Sandbox sandbox, Path folder, Map<String, String> more) {
    var environment =
        new HashMap<>(
            Map.of(
                "HOLDFAST_PORT",
                "0",
                "HOLDFAST_DATA",
                folder.resolve("data").toString(),
                "HOLDFAST_ADMIN_KEY",
                KEY,
                "HOLDFAST_PACING",
                "off",
                "HOLDFAST_WEBHOOK_PRIVATE_TARGETS",
                "true",
                "HOLDFAST_WHATSAPP_URL",
                sandbox.wsUrl().toString(),
                "HOLDFAST_WHATSAPP_ROOT",
                HexFormat.of().formatHex(sandbox.noiseRoot())));
    environment.putAll(more);
    settings = Settings.of(environment);
    gateway = Gateway.start(settings);
  }

  String url() {
    return gateway.url();
  }

  void restart() {
    gateway.close();
    gateway = Gateway.start(settings);
  }

  Answer get(String path) {
    return call("GET", path, "", Map.of());
  }

  Answer post(String path, String body) {
    return call("POST", path, body, Map.of());
  }

  Answer put(String path, String body) {
    return call("PUT", path, body, Map.of());
  }

  JsonNode send(String tenant, String to, String text, Optional<String> idempotencyKey) {
    var body = JSON.createObjectNode().put("to", to).put("type", "text").put("text", text);
    var headers = idempotencyKey.map(key -> Map.of("Idempotency-Key", key)).orElse(Map.of());
    return call("POST", "/v1/tenants/" + tenant + "/messages", body.toString(), headers).json();
  }

  private Answer call(String method, String path, String body, Map<String, String> headers) {
    var request =
        HttpRequest.newBuilder(URI.create(gateway.url() + path))
            .timeout(Duration.ofMinutes(1))
            .header("X-Api-Key", KEY)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    try {
      var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    gateway.close();
    client.close();
  }
}
