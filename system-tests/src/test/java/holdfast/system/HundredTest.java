package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import holdfast.sandbox.control.SocketsView;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Five callers send to one account over HTTP while the link is torn, taken over by a rival, and
/// the process killed.
class HundredTest {
  private static final String OURS = "15550109001";
  private static final String THEIRS = "15550100007";
  private static final String TENANT = "/v1/tenants/shop";
  private static final String DEVICE = OURS + ":1";
  private static final int CALLERS = 5;
  private static final int EACH = 20;
  private static final int QUARTER = CALLERS * EACH / 4;
  private static final Duration BOUND = Duration.ofMinutes(2);

  @TempDir Path folder;
  private Sandbox sandbox;
  private volatile GatewayProcess gateway;

  /// What was accepted: the text by our id, and ids grow in the order of acceptance.
  private final ConcurrentSkipListMap<String, String> accepted = new ConcurrentSkipListMap<>();

  private final Semaphore permits = new Semaphore(0);

  @BeforeEach
  void start() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    sandbox.makePhone(THEIRS, "Theirs");
    sandbox.setEchoes(THEIRS, false);
    gateway = GatewayProcess.start(folder.resolve("data"), sandbox);
    gateway.put(TENANT, Map.of());
    gateway.post(TENANT + "/start", Map.of("wait", "qr", "timeout", "PT20S"));
    sandbox.scan(OURS, gateway.get(TENANT + "/qr").body().required("qr").asText());
    awaitConnected();
  }

  @AfterEach
  void close() {
    gateway.close();
    sandbox.close();
  }

  @Test
  @DisplayName(
      "R1, R22, R34, R36: 100 messages, 5 in parallel, with a dropped socket, a conflict and a"
          + " killed process in the middle: 100 delivered once each, in order")
  void hundred() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Future<?>>();
      for (int caller = 0; caller < CALLERS; caller++) {
        int number = caller;
        calls.add(callers.submit(() -> sendEach(number)));
      }
      quarter(1);
      sandbox.fault("drop", Optional.of(DEVICE), 1, Map.of());
      quarter(2);
      arrived(QUARTER + 5);
      sandbox.fault("rival", Optional.of(DEVICE), 1, Map.of("staysMillis", 200));
      quarter(3);
      arrived(2 * QUARTER + 5);
      gateway.kill();
      await().atMost(BOUND).until(() -> link().open() == 0);
      permits.release(QUARTER);
      gateway = GatewayProcess.start(folder.resolve("data"), sandbox);
      for (var call : calls) {
        call.get();
      }
    }

    await().atMost(BOUND).until(() -> texts().size() >= CALLERS * EACH);
    assertThat(texts()).containsExactlyElementsOf(accepted.values());
    awaitDelivered();
    assertThat(sandbox.violations(Optional.of(DEVICE))).isEmpty();
    assertThat(link().replacedLive()).as("conflicts of our own").isZero();
    assertThat(link().replacedByRival()).as("conflicts with the rival").isEqualTo(1);
    assertThat(link().maxOpen()).isEqualTo(1);
    assertThat(link().open()).isEqualTo(1);
  }

  private SocketsView.Link link() {
    return sandbox.sockets().of(DEVICE).orElseThrow();
  }

  /// Waits until so many have come to the other side: more of them are on their way.
  private void arrived(int count) {
    await().atMost(BOUND).pollInterval(Duration.ofMillis(1)).until(() -> texts().size() >= count);
  }

  /// Lets a quarter of the messages be accepted, so that what comes next comes in their midst.
  private void quarter(int which) {
    permits.release(QUARTER);
    await().atMost(BOUND).until(() -> accepted.size() >= which * QUARTER);
  }

  private void sendEach(int caller) {
    for (int number = 0; number < EACH; number++) {
      permits.acquireUninterruptibly();
      var text = "message " + caller + "." + number;
      var key = "key-" + caller + "." + number;
      var id = await().atMost(BOUND).until(() -> send(text, key), Optional::isPresent);
      accepted.put(id.orElseThrow(), text);
    }
  }

  /// Nothing when nobody answers: the process is on its way down or up.
  private Optional<String> send(String text, String key) {
    var body = Map.of("to", "+" + THEIRS, "type", "text", "text", text);
    try {
      var answer = gateway.post(TENANT + "/messages", body, key);
      return answer.status() == 202
          ? Optional.of(answer.body().required("id").asText())
          : Optional.empty();
    } catch (UncheckedIOException _) {
      return Optional.empty();
    }
  }

  private List<String> texts() {
    return sandbox.phoneMessages(THEIRS).stream().map(note -> note.text()).toList();
  }

  private void awaitDelivered() {
    await()
        .atMost(BOUND)
        .untilAsserted(
            () ->
                assertThat(
                        gateway
                            .get(TENANT + "/messages?state=delivered&limit=200")
                            .body()
                            .required("messages"))
                    .hasSize(CALLERS * EACH));
  }

  private void awaitConnected() {
    await()
        .atMost(BOUND)
        .until(
            () -> gateway.get(TENANT + "/status").body().required("state").asText(),
            "connected"::equals);
  }
}
