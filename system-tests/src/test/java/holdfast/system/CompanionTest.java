package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import holdfast.client.Companion;
import holdfast.client.MemoryStore;
import holdfast.client.netty.Endpoint;
import holdfast.crypto.KeyPair;
import holdfast.pairing.Device;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import holdfast.session.Outcome;
import holdfast.session.Settings;
import holdfast.stanza.Jid;
import holdfast.store.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The library by itself, against the sandbox.
class CompanionTest {
  private static final String PHONE = "15550109001";
  private static final String ECHO = "15550109002";
  private static final Device DEVICE = new Device("Mac OS", 1_045_649_367L);

  @Test
  @DisplayName("R9, R11, R13: a companion links by QR, is proven connected, and chats with an echo")
  void linksByQrAndChats() throws Exception {
    try (var sandbox = Sandbox.start(SandboxSettings.inMemory());
        var companion = companion(sandbox)) {
      var events = new CopyOnWriteArrayList<Event>();
      companion
          .onEvent(events::add)
          .onQr(qr -> Thread.startVirtualThread(() -> sandbox.scan(PHONE, qr)));

      var outcome = companion.start().toCompletableFuture().get(30, TimeUnit.SECONDS);

      assertThat(outcome).isEqualTo(new Outcome.Started());
      assertThat(companion.status().connected()).isTrue();
      assertThat(companion.status().account().orElseThrow().jid().user()).isEqualTo(PHONE);

      companion
          .send(Jid.phone(ECHO), "are you there?")
          .toCompletableFuture()
          .get(5, TimeUnit.SECONDS);

      awaitEvent(events, event -> event.type().equals("message.delivered"));
      awaitEvent(
          events,
          event ->
              event instanceof Event.MessageReceived it
                  && it.text().equals(Optional.of("are you there?")));
      assertThat(sandbox.violations(Optional.empty())).isEmpty();
      assertThat(sandbox.sockets().total().maxOpen()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("R10: a companion links by the eight characters typed on the phone")
  void linksByCode() throws Exception {
    try (var sandbox = Sandbox.start(SandboxSettings.inMemory());
        var companion = companion(sandbox)) {
      var code =
          (Outcome.Code)
              companion.pairingCode(PHONE).toCompletableFuture().get(30, TimeUnit.SECONDS);

      sandbox.enterCode(PHONE, code.code());

      await().atMost(Duration.ofSeconds(30)).until(() -> companion.status().connected());
    }
  }

  @Test
  @DisplayName("Over TLS too: the server's certificate is proven by the authority that is named")
  void linksOverTls() throws Exception {
    try (var sandbox = Sandbox.start(SandboxSettings.inMemory());
        var companion = companion(trusting(sandbox, Optional.of(sandbox.caFile())))) {
      companion.onQr(qr -> Thread.startVirtualThread(() -> sandbox.scan(PHONE, qr)));

      assertThat(companion.start().toCompletableFuture().get(30, TimeUnit.SECONDS))
          .isEqualTo(new Outcome.Started());
    }
  }

  @Test
  @DisplayName("A certificate that nobody vouches for is refused before anything is said")
  void refusesAnUnknownAuthority() throws Exception {
    try (var sandbox = Sandbox.start(SandboxSettings.inMemory());
        var companion = companion(trusting(sandbox, Optional.empty()))) {
      var _ = companion.start();

      awaitEnd(companion, "unreachable");
      assertThat(sandbox.sockets().links()).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "A server whose Noise certificates hang from another root is refused, and the end says so")
  void refusesAnotherRoot() throws Exception {
    var other = KeyPair.generate(new Random(1)).publicKey();
    try (var sandbox = Sandbox.start(SandboxSettings.inMemory());
        var companion = companion(new Endpoint(sandbox.wsUrl(), other, Optional.empty()))) {
      var _ = companion.start();

      awaitEnd(companion, "handshake_failed");
      assertThat(companion.status().connected()).isFalse();
      assertThat(sandbox.sockets().links()).isEmpty();
    }
  }

  @Test
  @DisplayName("R41: a revision that is refused as too old is tried once more, and then no longer")
  void givesUpWithAnOldRevision() throws Exception {
    try (var sandbox = Sandbox.start(SandboxSettings.inMemory());
        var companion = companion(sandbox)) {
      companion.onQr(qr -> Thread.startVirtualThread(() -> sandbox.scan(PHONE, qr)));
      companion.start().toCompletableFuture().get(30, TimeUnit.SECONDS);
      var opened = sandbox.sockets().of(PHONE + ":1").orElseThrow().opened();
      sandbox.fault("failure", Optional.of(PHONE + ":1"), 3, Map.of("code", 405));
      sandbox.fault("drop", Optional.of(PHONE + ":1"), 1, Map.of());

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> companion.status().state(), "refused"::equals);

      assertThat(companion.status().reason()).contains("client_outdated");
      assertThat(sandbox.sockets().of(PHONE + ":1").orElseThrow().opened()).isEqualTo(opened + 2);
    }
  }

  private static void awaitEnd(Companion companion, String reason) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(companion.status().trouble().lastDisconnect())
                    .hasValueSatisfying(end -> assertThat(end.reason()).isEqualTo(reason)));
  }

  private static Endpoint trusting(Sandbox sandbox, Optional<Path> authority) {
    return new Endpoint(sandbox.wssUrl(), sandbox.noiseRoot(), authority);
  }

  private static Companion companion(Sandbox sandbox) {
    return companion(new Endpoint(sandbox.wsUrl(), sandbox.noiseRoot(), Optional.empty()));
  }

  private static Companion companion(Endpoint endpoint) {
    return new Companion("test", endpoint, Settings.of(DEVICE), new MemoryStore());
  }

  private static void awaitEvent(CopyOnWriteArrayList<Event> events, Predicate<Event> predicate) {
    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(() -> assertThat(events).anyMatch(predicate));
  }
}
