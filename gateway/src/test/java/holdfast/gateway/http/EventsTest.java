package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import holdfast.gateway.store.DatabaseUrl;
import holdfast.gateway.store.Retention;
import holdfast.store.Batch;
import holdfast.store.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class EventsTest {
  private static final String EVENTS = "/v1/tenants/shop/events";

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
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  @DisplayName("Events are pulled by a cursor, in order and without gaps")
  void pulls() {
    api.happens("shop", "starting", "connected", "stopped");

    var first = api.get(EVENTS + "?after=0&limit=2").json();
    assertThat(first.get("events")).extracting(e -> e.get("seq").asInt()).containsExactly(1, 2);
    assertThat(first.at("/events/1/type").asText()).isEqualTo("session.connected");
    assertThat(first.at("/events/1/data/state").asText()).isEqualTo("connected");
    var second = api.get(EVENTS + "?after=" + first.get("next").asInt()).json();
    assertThat(second.get("events")).extracting(e -> e.get("seq").asInt()).containsExactly(3);
    assertThat(api.get(EVENTS + "?after=3").json().get("next").asInt()).isEqualTo(3);
  }

  @Test
  @DisplayName("Who waits is answered as soon as something happens")
  void waits() {
    var waiting =
        CompletableFuture.supplyAsync(() -> api.get(EVENTS + "?after=0&wait=PT20S").json());
    api.happens("shop", "starting");
    assertThat(waiting.join().get("events")).hasSize(1);
    assertThat(api.get(EVENTS + "?after=1&wait=PT0.05S").json().get("events")).isEmpty();
  }

  @Test
  @DisplayName("A cursor, limit or wait that can't be followed is refused by name")
  void refuses() {
    for (var query : new String[] {"after=-1", "after=x", "limit=0", "limit=9999", "wait=PT9H"}) {
      var answer = api.get(EVENTS + "?" + query);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().at("/errors/0/field").asText())
          .isEqualTo(query.substring(0, query.indexOf('=')));
    }
  }

  @Test
  @DisplayName("A stream goes on behind the last event that its listener had")
  void streams() throws Exception {
    api.happens("shop", "starting", "verifying");
    try (var stream = stream("1")) {
      var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
      assertThat(nextEvent(lines)).contains("\"seq\":2", "session.verifying");
      api.happens("shop", "connected");
      assertThat(nextEvent(lines)).contains("\"seq\":3", "session.connected");
    }
  }

  @Test
  @DisplayName("When the gateway stops, streams end and it doesn't wait for them")
  void endsStreams() throws Exception {
    try (var stream = stream("0")) {
      api.api.close();
      assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).contains("welcome");
    }
  }

  @Test
  @DisplayName("Types and families can be asked for; the cursor passes what isn't wanted")
  void filters() {
    api.happens("shop", "starting", "connected", "stopped");
    var page = api.get(EVENTS + "?types=session.connected,message.*").json();
    assertThat(page.get("events")).extracting(e -> e.get("seq").asInt()).containsExactly(2);
    assertThat(page.get("next").asInt()).isEqualTo(3);
    assertThat(api.get(EVENTS + "?types=session.*").json().get("events")).hasSize(3);
    assertThat(api.get(EVENTS + "?types=message.eaten").json().at("/errors/0/field").asText())
        .isEqualTo("types");

    var waiting =
        CompletableFuture.supplyAsync(
            () -> api.get(EVENTS + "?types=session.waiting&wait=PT20S").json());
    api.happens("shop", "connected", "waiting");
    assertThat(waiting.join().get("events"))
        .extracting(e -> e.get("seq").asInt())
        .containsExactly(5);
  }

  @Test
  @DisplayName("A cursor behind which events are gone is told so, with the oldest that is kept")
  void tellsWhatIsGone() {
    api.happens("shop", "starting", "verifying", "connected", "stopped");
    var rules = new Retention.Rules(Duration.ofDays(30), 2, Duration.ofDays(30));
    assertThat(api.database.retention().trim(rules, Instant.now())).isTrue();

    var gone = api.get(EVENTS + "?after=1");
    assertThat(gone.code()).isEqualTo("events_gone");
    assertThat(gone.json().get("oldest").asInt()).isEqualTo(3);
    assertThat(api.get(EVENTS + "/stream?after=1").code()).isEqualTo("events_gone");
    assertThat(api.get(EVENTS + "?after=2").json().get("events")).hasSize(2);
    var all = api.get(EVENTS).json();
    assertThat(all.get("events")).hasSize(2);
    assertThat(all.get("oldest").asInt()).isEqualTo(3);
  }

  @Test
  @DisplayName("A cursor that the log doesn't reach any more is refused: it would pass what comes")
  void tellsWhatWasSetBack() {
    api.happens("shop", "starting", "connected", "stopped");
    api.delete("/v1/tenants/shop");
    api.put("/v1/tenants/shop", "{}");
    api.happens("shop", "starting");

    var gone = api.get(EVENTS + "?after=3");
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.code()).isEqualTo("events_gone");
    assertThat(gone.json().get("oldest").asInt()).isEqualTo(1);
    assertThat(gone.json().get("detail").asText()).contains("it ends at 1");
    assertThat(api.get(EVENTS + "/stream?after=3").code()).isEqualTo("events_gone");
    assertThat(api.get("/v1/events/stream?after=5").code()).isEqualTo("events_gone");
    assertThat(api.get(EVENTS + "?after=1").json().get("next").asInt()).isEqualTo(1);
  }

  @Test
  @DisplayName("A listener to all goes on where it was though the newest event's tenant is gone")
  void goesOnBehindDeletedTenants() throws Exception {
    api.put("/v1/tenants/inn", "{}");
    api.happens("shop", "starting");
    api.happens("inn", "starting");
    api.delete("/v1/tenants/inn");
    try (var stream = stream("/v1/events/stream", "2")) {
      var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
      api.happens("shop", "connected");
      assertThat(nextEvent(lines)).contains("\"seq\":2", "session.connected");
    }
  }

  @Test
  @DisplayName("R29 A stream ends with the key that it was opened with, before the next event")
  void endsWithItsKey() throws Exception {
    var made = api.post("/v1/keys", "{\"scope\":\"read\",\"tenant\":\"shop\"}").json();
    try (var stream = stream(EVENTS + "/stream", "0", made.get("key").asText())) {
      var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
      api.happens("shop", "starting");
      assertThat(nextEvent(lines)).contains("session.starting");
      api.delete("/v1/keys/" + made.get("id").asText());
      api.happens("shop", "connected");
      assertThat(lines.lines()).noneMatch(line -> line.contains("session.connected"));
    }
  }

  @Test
  @DisplayName("R29 Who listens to a tenant never hears of another that was given its id later")
  void endsWithItsTenant() throws Exception {
    try (var stream = stream("0")) {
      api.delete("/v1/tenants/shop");
      api.put("/v1/tenants/shop", "{}");
      api.happens("shop", "starting");
      assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
          .contains("welcome")
          .doesNotContain("session.starting");
    }
  }

  @Test
  @DisplayName("An admin's stream brings the events of all tenants in their order, and goes on")
  void streamsAll() throws Exception {
    api.put("/v1/tenants/inn", "{}");
    api.happens("shop", "starting");
    api.happens("inn", "starting");
    try (var stream = stream("/v1/events/stream", "0")) {
      var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
      assertThat(nextEvent(lines)).contains("\"tenant\":\"shop\"");
      assertThat(nextEvent(lines)).contains("\"tenant\":\"inn\"");
      api.happens("shop", "connected");
      assertThat(nextEvent(lines)).contains("\"seq\":2", "session.connected");
    }
    try (var stream = stream("/v1/events/stream", "2")) {
      var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
      assertThat(nextEvent(lines)).contains("\"seq\":2", "session.connected");
    }
    var key = api.post("/v1/keys", "{\"scope\":\"tenant\",\"tenant\":\"shop\"}").json().get("key");
    assertThat(api.call("GET", "/v1/events/stream", "", Map.of("X-Api-Key", key.asText())).code())
        .isEqualTo("forbidden");
  }

  @Test
  @DisplayName("A tenant has a bounded number of streams")
  void boundsStreams() throws Exception {
    var open = new ArrayList<InputStream>();
    for (int i = 0; i < EventStreams.MOST_EACH; i++) {
      open.add(stream("0"));
    }
    assertThat(api.get(EVENTS + "/stream").code()).isEqualTo("too_many_streams");
    for (var stream : open) {
      stream.close();
    }
  }

  @Test
  @DisplayName("A reader that takes nothing is cut, and what it missed isn't held for it")
  void cutsSlowReaders() throws Exception {
    var reason = Optional.of("x".repeat(100_000));
    for (int i = 0; i < 20; i++) {
      var event = new Event.StateReached("waiting", reason, Optional.empty(), 1, Instant.now());
      api.database
          .sessions()
          .commit(new Batch("shop", 1_000, List.of(), List.of(), Collections.nCopies(10, event)));
    }
    try (var server = api.api.listen("127.0.0.1", 0, Duration.ofSeconds(1));
        var slow = new Socket()) {
      slow.setReceiveBufferSize(4_096);
      slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      var request =
          "GET %s/stream?after=0 HTTP/1.1\r\nHost: a\r\nX-Api-Key: %s\r\n\r\n"
              .formatted(EVENTS, Running.ADMIN);
      slow.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      await().until(() -> api.api.streams() == 1);
      await().until(() -> api.api.streams() == 0);
    }
  }

  private InputStream stream(String lastEventId) throws IOException, InterruptedException {
    return stream(EVENTS + "/stream", lastEventId);
  }

  private InputStream stream(String path, String lastEventId)
      throws IOException, InterruptedException {
    return stream(path, lastEventId, Running.ADMIN);
  }

  private InputStream stream(String path, String lastEventId, String key)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(api.url() + path))
            .header("X-Api-Key", key)
            .header("Last-Event-ID", lastEventId)
            .build();
    var response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    return response.body();
  }

  private static String nextEvent(BufferedReader lines) throws IOException {
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("data: ")) {
        return line.substring("data: ".length());
      }
    }
    throw new IllegalStateException("the stream ended");
  }
}
