package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.gateway.session.LocalSessions;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.DatabaseUrl;
import holdfast.gateway.telemetry.Metrics;
import holdfast.gateway.tenant.TenantConfig.Rules;
import holdfast.gateway.webhook.Couriers;
import holdfast.gateway.webhook.Targets;
import holdfast.store.Batch;
import holdfast.store.Event;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The whole API over a real store and sessions that are played, on a port of its own. Whatever is
/// asked and answered is held to the contract.
final class Running implements AutoCloseable {
  static final String ADMIN = "the-operators-own";
  static final Rules STANDARD = new Rules(true, Duration.ofMinutes(5), 3, 20);

  private static final JsonMapper JSON = new JsonMapper();

  final Database database;
  final Map<String, FakeSession> sessions = new ConcurrentHashMap<>();
  final Api api;
  final Contract contract = new Contract();
  final Metrics metrics = new Metrics(InstantSource.system());
  private final DataFolder folder;
  private final Couriers couriers;
  private final InstantSource clock;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Route> routes;

  Running(Path temp, boolean privateTargets) {
    this(temp, privateTargets, Optional.empty(), Optional.empty());
  }

  /// Webhooks may go to this machine. `url`: where the database is, empty for the embedded one.
  Running(Path temp, Optional<DatabaseUrl> url) {
    this(temp, true, url, Optional.empty());
  }

  /// `hand`: a clock for all of it.
  Running(Path temp, Optional<DatabaseUrl> url, HandClock hand) {
    this(temp, true, url, Optional.of(hand));
  }

  private Running(
      Path temp, boolean privateTargets, Optional<DatabaseUrl> url, Optional<HandClock> hand) {
    folder = DataFolder.open(temp.resolve("data"));
    database = Database.open(folder, url, Optional.empty());
    var targets = new Targets(privateTargets);
    clock = hand.<InstantSource>map(set -> set).orElse(InstantSource.system());
    couriers =
        hand.map(set -> new Couriers(database, targets, set, set, () -> {}))
            .orElseGet(() -> new Couriers(database, targets, clock));
    couriers.start();
    var local =
        new LocalSessions(
            database.tenants(),
            (tenant, _, _) -> sessions.computeIfAbsent(tenant, _ -> new FakeSession()),
            STANDARD);
    api =
        new Api(
            new Api.Parts(
                database,
                local,
                couriers,
                targets,
                STANDARD,
                Optional.of(ADMIN),
                () -> true,
                () ->
                    metrics.scrape(
                        each -> sessions.values().forEach(s -> each.accept(s.status())), database),
                clock));
    routes = api.routes();
    server = api.listen("127.0.0.1", 0);
  }

  String url() {
    return server.url();
  }

  /// An answer, already held to the contract.
  record Answer(int status, HttpResponse<byte[]> response) {
    String text() {
      return new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
    }

    JsonNode json() {
      try {
        return JSON.readTree(response.body());
      } catch (IOException e) {
        throw new IllegalStateException(text(), e);
      }
    }

    Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }

    /// The `code` of a problem.
    String code() {
      return json().path("code").asText();
    }
  }

  Answer get(String path) {
    return call("GET", path, "", Map.of("X-Api-Key", ADMIN));
  }

  Answer post(String path, String body) {
    return call("POST", path, body, Map.of("X-Api-Key", ADMIN));
  }

  Answer put(String path, String body) {
    return call("PUT", path, body, Map.of("X-Api-Key", ADMIN));
  }

  Answer delete(String path) {
    return call("DELETE", path, "", Map.of("X-Api-Key", ADMIN));
  }

  /// Sends a request as it is; a body that the API takes must be one that the contract allows.
  Answer call(String method, String path, String body, Map<String, String> headers) {
    var request = HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(30));
    headers.forEach(request::header);
    if (!body.isEmpty() && !headers.containsKey("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    request.method(method, HttpRequest.BodyPublishers.ofString(body));
    try {
      var response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      var answer = new Answer(response.statusCode(), response);
      operation(method, path).ifPresent(known -> judge(known, body, answer));
      return answer;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void judge(String operation, String body, Answer answer) {
    assertThat(
            contract.judgeAnswer(
                operation, answer.status(), answer.header("Content-Type"), answer.text()))
        .as("answer %s to %s: %s", answer.status(), operation, answer.text())
        .isEmpty();
    if (!body.isEmpty() && answer.status() < 300) {
      assertThat(contract.judgeRequest(operation, body))
          .as("a request that was taken: %s %s", operation, body)
          .isEmpty();
    }
  }

  private Optional<String> operation(String method, String path) {
    var bare = path.split("\\?", 2)[0];
    return routes.stream()
        .filter(route -> route.method().equals(method))
        .filter(route -> bare.matches(route.path().replaceAll("\\{\\w+}", "[^/]+")))
        // a fixed word is meant before a parameter: `stream` isn't an id
        .min(java.util.Comparator.comparingInt(route -> route.path().split("\\{", -1).length))
        .map(route -> method + " " + route.path());
  }

  FakeSession session(String tenant) {
    get("/v1/tenants/" + tenant + "/status");
    return java.util.Objects.requireNonNull(sessions.get(tenant));
  }

  /// Appends to a tenant's log what a session would have.
  void happens(String tenant, String... states) {
    var events = new java.util.ArrayList<Event>();
    for (var state : states) {
      events.add(
          new Event.StateReached(state, Optional.empty(), Optional.empty(), 1, clock.instant()));
    }
    database.sessions().commit(new Batch(tenant, 1_000, List.of(), List.of(), events));
  }

  @Override
  public void close() {
    api.close();
    server.close();
    couriers.close();
    metrics.close();
    database.close();
    folder.close();
  }
}
