package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the kernel was asked to do, and in which order: the proof that durable means flushed.
@NeedsStrace
class FlushedFirstTest {
  private static final String OURS = "15550109001";
  private static final String THEIRS = "15550109002";
  private static final String TENANT = "/v1/tenants/shop";
  private static final int MESSAGES = 100;

  /// What happened before a write.
  private static final Pattern PART = Pattern.compile("([^W]+)W");

  @TempDir Path folder;
  private Sandbox sandbox;
  private GatewayProcess gateway;
  private SystemCalls calls;
  private int device;

  @BeforeEach
  void start() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    sandbox.setEchoes(THEIRS, false);
    var trace = folder.resolve("trace");
    gateway =
        GatewayProcess.startUnder(
            SystemCalls.watching(trace),
            folder.resolve("data"),
            sandbox,
            "--keep-alive",
            "PT5M"); // a ping is written without any cause, and needs no flush
    calls = new SystemCalls(trace, sandbox.wsUrl().getPort(), URI.create(gateway.url()).getPort());
    link();
  }

  private void link() {
    gateway.put(TENANT, Map.of());
    gateway.post(TENANT + "/start", Map.of("wait", "qr", "timeout", "PT20S"));
    device = sandbox.scan(OURS, gateway.get(TENANT + "/qr").body().required("qr").asText());
    patiently()
        .until(
            () -> gateway.get(TENANT + "/status").body().path("state").asText(),
            "connected"::equals);
    say(0); // ratchets in both directions stand before anything is counted
    sandbox.sendFromPhone(THEIRS, OURS, "to us first");
    patiently().until(() -> gateway.texts("shop").contains("to us first"));
    var since = new AtomicReference<>("");
    patiently()
        .during(Duration.ofSeconds(1)) // what a new link asks for by itself is over
        .until(() -> calls.letters().equals(since.getAndSet(calls.letters())));
  }

  @AfterEach
  void close() {
    gateway.close();
    sandbox.close();
  }

  @Test
  @DisplayName("R22: between reading a message and writing its receipt the log is flushed")
  void flushesBeforeTheReceipt() {
    int before = calls.letters().length();
    for (int n = 0; n < MESSAGES; n++) {
      sandbox.sendFromPhone(THEIRS, OURS, "to us " + n);
      awaitAnswers();
    }
    flushedBeforeEachWrite(before, "R");
    assertThat(gateway.texts("shop")).contains("to us 0", "to us " + (MESSAGES - 1));
  }

  @Test
  @DisplayName("R22: between accepting a send and writing its ciphertext the log is flushed")
  void flushesBeforeTheCiphertext() {
    int before = calls.letters().length();
    for (int n = 1; n <= MESSAGES; n++) {
      say(n);
      awaitOn(THEIRS, "text " + n);
      awaitOn(OURS, "text " + n);
      awaitAnswers();
    }
    flushedBeforeEachWrite(before, "A");
  }

  /// One message at a time, so what stands between two writes belongs to the second of them: what
  /// caused it, and directly before it the end of a flush. Writes with nothing between them go
  /// together.
  private void flushedBeforeEachWrite(int before, String cause) {
    patiently().until(() -> parts(before, cause) >= MESSAGES);
    var letters = calls.letters().substring(before);
    for (var part : PART.matcher(letters).results().toList()) {
      assertThat(part.group(1)).as("in %s", letters).matches("F*[RA][RAF]*F");
    }
  }

  private long parts(int before, String cause) {
    return PART.matcher(calls.letters().substring(before))
        .results()
        .filter(part -> part.group(1).contains(cause))
        .count();
  }

  private void say(int number) {
    var body = Map.of("to", "+" + THEIRS, "type", "text", "text", "text " + number);
    assertThat(gateway.post(TENANT + "/messages", body).status()).isEqualTo(202);
  }

  private void awaitOn(String phone, String text) {
    patiently()
        .until(
            () -> sandbox.phoneMessages(phone).stream().anyMatch(note -> note.text().equals(text)));
  }

  /// What the gateway owes WhatsApp for what it was given, it has written.
  private void awaitAnswers() {
    patiently().until(() -> sandbox.unanswered(OURS, device) == 0);
  }

  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(5));
  }
}
