package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the log holds after traffic of every kind, with the gateway's own configuration at
/// `debug`: lines, stack traces and the names of threads.
@Timeout(120)
class TrafficLogTest {
  private static final String PHONE = "15550109001";
  private static final String ECHO = "15550109002";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// With an id as system S had them: a phone number.
  private static final String TENANT = "/v1/tenants/" + PHONE;

  private static final String WRONG_WORD = "wrong-proxy-word";
  private static final String URL_WORD = "word-in-the-url";
  private static final String HEADER_WORD = "word-in-a-header";
  private static final String WEBHOOK_SECRET = "whsec_0123456789abcdefghijklmnop";
  private static final List<String> TEXTS =
      List.of("told once", "told in spite of damage", "told in vain", "told at last");

  @TempDir private Path temp;
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();
  private final List<String> secrets = new ArrayList<>();
  private final AtomicInteger delivered = new AtomicInteger();

  @BeforeEach
  void listen() throws JoranException {
    var context = configured("/logback.xml", Map.of("holdfast.log.level", "debug"));
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    written.start();
    root.addAppender(written);
    assertThat(LoggerFactory.getLogger("holdfast.client.Audience").isDebugEnabled()).isTrue();
  }

  @AfterEach
  void leave() throws JoranException {
    configured("/logback-test.xml", Map.of());
  }

  private static LoggerContext configured(String resource, Map<String, String> properties)
      throws JoranException {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    properties.forEach(context::putProperty);
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(Objects.requireNonNull(TrafficLogTest.class.getResource(resource)));
    return context;
  }

  @Test
  @DisplayName("R25 Links, messages, webhooks, a proxy and damage leave nothing secret in the log")
  void holdsNoSecret() throws Exception {
    secrets.addAll(TEXTS);
    secrets.addAll(List.of(PHONE, ECHO, GatewayUnderTest.KEY));
    secrets.addAll(List.of(WEBHOOK_SECRET, URL_WORD, HEADER_WORD));
    var backend = backend();
    try (var sandbox = Sandbox.start(SandboxSettings.inMemory());
        var proxy = LoopbackProxy.connect();
        var gateway = new GatewayUnderTest(sandbox, temp)) {
      secrets.add(Files.readString(temp.resolve("data").resolve("master.key")).strip());
      failAtTheProxy(gateway, proxy);
      linkByQr(gateway, sandbox);
      talk(gateway, sandbox, backend.getAddress().getPort());
      sandbox.unlink(PHONE, 1);
      awaitState(gateway, "logged_out");
      linkByCode(gateway, sandbox);
    } finally {
      backend.stop(0);
    }

    assertThat(lines())
        .anyMatch(line -> line.contains("[SOCK_CREATE] tenant=155***01 reason=start"))
        .anyMatch(line -> line.contains("text=the proxy "))
        .anyMatch(line -> line.contains("bytes that are no stanza"))
        .anyMatch(line -> line.contains("of 155***01 is disabled"))
        .anyMatch(line -> line.contains("state=logged_out"));
    assertThat(lines())
        .allSatisfy(line -> assertThat(line).doesNotContain(secrets.toArray(String[]::new)));
  }

  /// With the wrong credentials first, and with the right ones from then on.
  private void failAtTheProxy(GatewayUnderTest gateway, LoopbackProxy proxy) {
    secrets.addAll(List.of(WRONG_WORD, LoopbackProxy.PASSWORD, "p%40ss%3Aword"));
    secrets.add(base64(LoopbackProxy.USER + ":" + LoopbackProxy.PASSWORD));
    secrets.add(base64(LoopbackProxy.USER + ":" + WRONG_WORD));
    gateway.put(TENANT, "{\"proxy\":\"" + proxy.url(WRONG_WORD) + "\"}");
    gateway.post(TENANT + "/start", "{}");
    await().atMost(PATIENCE).until(() -> proxy.refused() >= 1);
    gateway.post(TENANT + "/stop", "{}");
    awaitState(gateway, "stopped");
    gateway.put(TENANT, "{\"proxy\":\"" + proxy.url() + "\"}");
  }

  private void linkByQr(GatewayUnderTest gateway, Sandbox sandbox) {
    gateway.post(TENANT + "/start", "{\"wait\":\"qr\",\"timeout\":\"PT30S\"}");
    var qr = gateway.get(TENANT + "/qr").json().required("qr").asText();
    List.of(qr.split("[,#]")).stream().filter(part -> part.length() > 8).forEach(secrets::add);
    sandbox.scan(PHONE, qr);
    awaitState(gateway, "connected");
  }

  private void linkByCode(GatewayUnderTest gateway, Sandbox sandbox) {
    var body = "{\"phone\":\"+" + PHONE + "\"}";
    var code = gateway.post(TENANT + "/pairing-code", body).json().required("code").asText();
    secrets.addAll(List.of(code, code.replace("-", "")));
    sandbox.enterCode(PHONE, code);
    awaitState(gateway, "connected");
  }

  /// A ciphertext that has to be asked for again, a stanza that breaks, and an endpoint that is
  /// gone from its second event on.
  private void talk(GatewayUnderTest gateway, Sandbox sandbox, int port) {
    gateway.put(
        TENANT + "/webhook",
        """
        {"url":"http://127.0.0.1:%d/?token=%s","secret":"%s","headers":{"X-Token":"%s"},
        "types":["message.received"]}
        """
            .formatted(port, URL_WORD, WEBHOOK_SECRET, HEADER_WORD));
    sendAndHear(gateway, TEXTS.get(0));
    await().atMost(PATIENCE).until(() -> delivered.get() == 1);

    sandbox.fault("corrupt_enc", Optional.of(PHONE + ":1"), 1, Map.of());
    sendAndHear(gateway, TEXTS.get(1));
    await().atMost(PATIENCE).until(() -> delivered.get() == 2);

    var harm = Map.<String, Object>of("how", "truncate", "seed", 0, "tag", "message");
    sandbox.fault("corrupt_stanza", Optional.of(PHONE + ":1"), 1, harm);
    gateway.send(PHONE, "+" + ECHO, TEXTS.get(2), Optional.empty());
    await().atMost(PATIENCE).until(() -> sandbox.faults().isEmpty());
    sendAndHear(gateway, TEXTS.get(3));
  }

  private static void sendAndHear(GatewayUnderTest gateway, String text) {
    gateway.send(PHONE, "+" + ECHO, text, Optional.empty());
    await()
        .atMost(PATIENCE)
        .until(() -> gateway.get(TENANT + "/events?limit=1000").body().contains(text));
  }

  private HttpServer backend() throws IOException {
    var backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(delivered.getAndIncrement() == 0 ? 204 : 410, -1);
          exchange.close();
        });
    backend.start();
    return backend;
  }

  private static void awaitState(GatewayUnderTest gateway, String state) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> gateway.get(TENANT + "/status").json().required("state").asText(), state::equals);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> lines() {
    return written.list.stream().map(TrafficLogTest::whole).toList();
  }

  private static String whole(ILoggingEvent event) {
    var thrown = event.getThrowableProxy();
    return String.join(
        " ",
        event.getThreadName(),
        event.getLoggerName(),
        event.getFormattedMessage(),
        event.getMDCPropertyMap().toString(),
        thrown == null ? "" : ThrowableProxyUtil.asString(thrown));
  }
}
