package holdfast.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebRevisionTest {
  private static final String PAGE =
      "x={\"server_revision\":1,\"client_revision\":1099999999,\"a\":1}";

  @TempDir private Path temp;

  @Test
  @DisplayName(
      "R41 The revision is read from the page, plain or escaped, the first if there are more")
  void parses() {
    assertThat(WebRevision.parse(PAGE)).hasValue(1_099_999_999);
    assertThat(WebRevision.parse("{\\\"client_revision\\\": 1043857760}, \"client_revision\":7"))
        .hasValue(1_043_857_760);
    assertThat(WebRevision.parse("")).isEmpty();
    assertThat(WebRevision.parse("\"client_revision\":9999999999")).isEmpty();
  }

  @Test
  @DisplayName("R41 A newer one is taken and kept, an older one isn't")
  void keepsTheNewest() {
    try (var folder = DataFolder.open(temp);
        var database = Database.open(folder, Optional.empty())) {
      var facts = database.facts();
      var revision = WebRevision.newest(facts, true);
      assertThat(revision.current()).isEqualTo(WebRevision.BUILT_IN);
      assertThat(revision.take("\"client_revision\":1000000001")).isFalse();
      assertThat(revision.take(PAGE)).isTrue();

      assertThat(WebRevision.newest(facts, true).current()).isEqualTo(1_099_999_999);
      assertThat(WebRevision.newest(facts, false).current()).isEqualTo(WebRevision.BUILT_IN);
      assertThat(WebRevision.fixed(facts, 5).current()).isEqualTo(5);
      assertThat(WebRevision.fixed(facts, 5).refresh()).isFalse();
    }
  }

  @Test
  @DisplayName(
      "R41 The page is asked: its newer revision is taken, an error or silence keeps the old")
  void asksThePage() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var end = new CountDownLatch(1);
    server.setExecutor(task -> Thread.ofVirtual().start(task));
    server.createContext("/good", exchange -> answer(exchange, 200, PAGE));
    server.createContext("/broken", exchange -> answer(exchange, 500, PAGE));
    server.createContext("/silent", _ -> await(end));
    server.createContext("/stuck", exchange -> begin(exchange, end));
    server.start();
    try (var folder = DataFolder.open(temp);
        var database = Database.open(folder, Optional.empty())) {
      var facts = database.facts();
      for (var bad : List.of("/broken", "/silent", "/stuck")) {
        var revision = WebRevision.of(facts, source(server, bad, Duration.ofMillis(500)));
        assertThat(revision.refresh()).as(bad).isFalse();
        assertThat(revision.current()).isEqualTo(WebRevision.BUILT_IN);
      }
      var revision = WebRevision.of(facts, source(server, "/good", Duration.ofSeconds(30)));
      assertThat(revision.refresh()).isTrue();
      assertThat(revision.current()).isEqualTo(1_099_999_999);
      assertThat(revision.refresh()).as("it is known already").isFalse();
    } finally {
      end.countDown();
      server.stop(0);
    }
  }

  @Test
  @DisplayName("R41 However many are refused at once, the page is asked once")
  void asksOnce() throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var asked = new AtomicInteger();
    var end = new CountDownLatch(1);
    server.setExecutor(task -> Thread.ofVirtual().start(task));
    server.createContext(
        "/good",
        exchange -> {
          asked.incrementAndGet();
          await(end);
          answer(exchange, 200, PAGE);
        });
    server.start();
    try (var folder = DataFolder.open(temp);
        var database = Database.open(folder, Optional.empty())) {
      var source = source(server, "/good", Duration.ofSeconds(30));
      var revision = WebRevision.of(database.facts(), source);
      var newer = new AtomicInteger();
      var callers = new ArrayList<Thread>();
      for (int caller = 0; caller < 20; caller++) {
        callers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      if (revision.refresh()) {
                        newer.incrementAndGet();
                      }
                    }));
      }
      Awaitility.await().until(() -> asked.get() > 0 && callers.stream().allMatch(this::isWaiting));
      end.countDown();
      for (var caller : callers) {
        caller.join();
      }
      assertThat(asked).hasValue(1);
      assertThat(newer).hasValue(20);
    } finally {
      end.countDown();
      server.stop(0);
    }
  }

  private boolean isWaiting(Thread caller) {
    return caller.getState() == Thread.State.WAITING
        || caller.getState() == Thread.State.TIMED_WAITING;
  }

  private static WebRevision.Source source(HttpServer server, String path, Duration patience) {
    var page = "http://127.0.0.1:" + server.getAddress().getPort() + path;
    return new WebRevision.Source(URI.create(page), patience);
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /// Says that a page comes, and then nothing more.
  private static void begin(HttpExchange exchange, CountDownLatch end) throws IOException {
    exchange.sendResponseHeaders(200, PAGE.length());
    exchange.getResponseBody().flush();
    await(end);
  }

  private static void await(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
