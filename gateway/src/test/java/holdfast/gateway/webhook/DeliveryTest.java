package holdfast.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import holdfast.gateway.store.EventFilter;
import holdfast.gateway.store.EventLog;
import holdfast.gateway.store.Webhook;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DeliveryTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final EventLog.Entry EVENT =
      new EventLog.Entry("01E", "shop", 1, "session.connected", NOON, "{}");

  static {
    Targets.prepare(); // for a test that runs alone; among others the build says it
  }

  private HttpServer server;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> received = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          received.add(
              exchange.getRequestHeaders().getFirst("Host") + exchange.getRequestURI().toString());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /// The host's first address is the receiver's; whoever asks again is sent elsewhere.
  private InetAddress[] rebinding(String host) {
    asked.add(host);
    return new InetAddress[] {
      InetAddress.ofLiteral(asked.size() == 1 ? "127.0.0.1" : "127.66.66.66")
    };
  }

  private static Webhook webhook(String url) {
    var config =
        new Webhook.Config(
            url,
            EventFilter.ALL,
            Webhook.Secrets.of("secret"),
            Map.of(),
            Duration.ofSeconds(5),
            false,
            false,
            Webhook.Config.HOLDFAST);
    var progress =
        new Webhook.Progress(
            0,
            Optional.empty(),
            Webhook.Tries.NONE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return new Webhook("w1", "shop", config, progress, 0);
  }

  private static Tried attempt(Targets targets, String url) throws InterruptedException {
    try (var delivery = new Delivery(targets, InstantSource.fixed(NOON))) {
      return delivery.attempt(webhook(url), EVENT, false);
    }
  }

  @Test
  @DisplayName("A request goes to the very address that was looked at, under the host's name")
  void goesWhereItLooked() throws InterruptedException {
    var targets = new Targets(Optional.of(_ -> false), this::rebinding);
    var authority = "hook.invalid:" + server.getAddress().getPort();
    var tried = attempt(targets, "http://" + authority + "/a%20b?c=%2F");
    assertThat(tried.answer()).isEqualTo(new Answer.Taken());
    assertThat(received).containsExactly(authority + "/a%20b?c=%2F");
    assertThat(asked).containsExactly("hook.invalid");
  }

  @Test
  @DisplayName("What has a private address among others, or none, is brought nothing")
  void goesNowhere() throws InterruptedException {
    var url = "http://hook.invalid:" + server.getAddress().getPort() + "/";
    var both =
        new Targets(
            Optional.of(Targets::isPrivate),
            _ ->
                new InetAddress[] {
                  InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("127.0.0.1")
                });
    assertThat(attempt(both, url).error())
        .hasValue("the address is on a private address, which this gateway doesn't allow");
    assertThat(attempt(new Targets(false), url).error()).hasValue("the host has no address");
    assertThat(received).isEmpty();
  }

  @Test
  @DisplayName(
      "With https the name stays, for the certificate; an address of six parts is bracketed")
  void keepsTheName() {
    var targets =
        new Targets(
            Optional.of(_ -> false), _ -> new InetAddress[] {InetAddress.ofLiteral("2001:db8::1")});
    assertThat(targets.way(URI.create("https://a.example:8443/x")))
        .isEqualTo(new Targets.Way.To(URI.create("https://a.example:8443/x"), Optional.empty()));
    assertThat(targets.way(URI.create("http://a.example?b")))
        .isEqualTo(
            new Targets.Way.To(
                URI.create("http://[2001:db8:0:0:0:0:0:1]?b"), Optional.of("a.example")));
  }
}
