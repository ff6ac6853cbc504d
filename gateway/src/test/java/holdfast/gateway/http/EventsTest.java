package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

  @BeforeEach
  void start() {
    api = new Running(temp, true);
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

  private InputStream stream(String lastEventId) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(api.url() + EVENTS + "/stream"))
            .header("X-Api-Key", Running.ADMIN)
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
