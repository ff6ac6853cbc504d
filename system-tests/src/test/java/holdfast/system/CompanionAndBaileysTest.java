package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import holdfast.client.Companion;
import holdfast.client.MemoryStore;
import holdfast.client.Store;
import holdfast.client.netty.Endpoint;
import holdfast.message.Pacing;
import holdfast.pairing.Device;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import holdfast.session.Outcome;
import holdfast.session.Settings;
import holdfast.stanza.Jid;
import holdfast.store.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The library and an unmodified Baileys client, each linked to a phone of the sandbox.
@NeedsNode
class CompanionAndBaileysTest {
  private static final String OURS = "15550109001";
  private static final String THEIRS = "15550100007";
  private static final int TEXTS = 20;

  @TempDir private Path folder;

  @Test
  @DisplayName(
      "R32, R36: texts go both ways once each, also over a restart, and corrupted ones heal")
  void chats() throws Exception {
    var store = new MemoryStore();
    try (var sandbox = Sandbox.start(SandboxSettings.inMemory());
        var peer = linkedPeer(sandbox)) {
      var heard = new CopyOnWriteArrayList<Event>();
      try (var companion = companion(sandbox, store, heard)) {
        companion.onQr(qr -> Thread.startVirtualThread(() -> sandbox.scan(OURS, qr)));
        start(companion);
        // One side begins; both at once is a test of its own.
        send(companion, Jid.phone(THEIRS), "hello");
        peer.awaitText("hello");
        exchange(companion, heard, peer, "first");
      }
      try (var companion = companion(sandbox, store, heard)) {
        start(companion);
        exchange(companion, heard, peer, "second");

        sandbox.fault("corrupt_enc", Optional.of(OURS + ":1"), 1, Map.of());
        peer.send(OURS, "healed for us");
        awaitText(heard, "healed for us");
        sandbox.fault("corrupt_enc", Optional.of(THEIRS + ":1"), 1, Map.of());
        send(companion, Jid.phone(THEIRS), "healed for them");
        peer.awaitText("healed for them");

        group(sandbox, companion, heard, peer);
      }
      assertThat(texts(heard)).doesNotHaveDuplicates();
      assertThat(sandbox.violations(Optional.of(OURS + ":1"))).isEmpty();
      assertThat(sandbox.sockets().links())
          .allSatisfy(link -> assertThat(link.replacedLive()).isZero());
    }
  }

  @Test
  @DisplayName(
      "R31, R36: when both sides write their first texts at once, all of ours arrive once, and all"
          + " that Baileys sends, by itself or by the phone")
  void meets() throws Exception {
    try (var sandbox = Sandbox.start(SandboxSettings.inMemory());
        var peer = linkedPeer(sandbox)) {
      var heard = new CopyOnWriteArrayList<Event>();
      try (var companion = companion(sandbox, new MemoryStore(), heard)) {
        companion.onQr(qr -> Thread.startVirtualThread(() -> sandbox.scan(OURS, qr)));
        start(companion);
        for (var i = 0; i < TEXTS; i++) {
          send(companion, Jid.phone(THEIRS), "to them " + i);
          peer.send(OURS, "to us " + i);
        }
        for (var i = 0; i < TEXTS; i++) {
          peer.awaitText("to them " + i);
        }
        await()
            .atMost(Duration.ofSeconds(40))
            .untilAsserted(
                () -> assertThat(texts(heard).size() + peer.leftOut(OURS + ":1")).isEqualTo(TEXTS));
        assertThat(texts(heard)).doesNotHaveDuplicates();
        assertThat(sandbox.violations(Optional.of(OURS + ":1"))).isEmpty();
      }
    }
  }

  private static void exchange(
      Companion companion, List<Event> heard, BaileysPeer peer, String round) throws Exception {
    for (var i = 0; i < TEXTS; i++) {
      send(companion, Jid.phone(THEIRS), round + " to them " + i);
      peer.send(OURS, round + " to us " + i);
    }
    for (var i = 0; i < TEXTS; i++) {
      peer.awaitText(round + " to them " + i);
      awaitText(heard, round + " to us " + i);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> count(heard, "message.delivered") >= TEXTS);
  }

  private static void group(
      Sandbox sandbox, Companion companion, List<Event> heard, BaileysPeer peer) throws Exception {
    var group = Jid.parse(sandbox.makeGroup("Friends", List.of(OURS, THEIRS, "15550109002")).id());
    for (var i = 0; i < TEXTS; i++) {
      send(companion, group, "group to them " + i);
      peer.send(group.toString(), "group to us " + i);
    }
    sandbox.fault("corrupt_enc", Optional.of(OURS + ":1"), 1, Map.of());
    peer.send(group.toString(), "group healed for us");
    sandbox.fault("corrupt_enc", Optional.of(THEIRS + ":1"), 1, Map.of());
    send(companion, group, "group healed for them");
    for (var i = 0; i < TEXTS; i++) {
      peer.awaitText("group to them " + i);
      awaitText(heard, "group to us " + i);
    }
    awaitText(heard, "group healed for us");
    peer.awaitText("group healed for them");
  }

  private BaileysPeer linkedPeer(Sandbox sandbox) {
    sandbox.makePhone(THEIRS, "Theirs");
    var peer = BaileysPeer.launch(folder.resolve("peer"));
    peer.start(sandbox.wsUrl());
    var qr = peer.awaitQr();
    sandbox.scan(THEIRS, qr);
    peer.awaitOpen();
    return peer;
  }

  private static Companion companion(Sandbox sandbox, Store store, List<Event> heard) {
    var endpoint = new Endpoint(sandbox.wsUrl(), sandbox.noiseRoot(), Optional.empty());
    var settings = Settings.of(new Device("Mac OS", 1_045_649_367L)).with(Pacing.OFF);
    return new Companion("ours", endpoint, settings, store).onEvent(heard::add);
  }

  private static void start(Companion companion) throws Exception {
    assertThat(companion.start().toCompletableFuture().get(30, TimeUnit.SECONDS))
        .isEqualTo(new Outcome.Started());
  }

  private static void send(Companion companion, Jid to, String text) throws Exception {
    assertThat(companion.send(to, text).toCompletableFuture().get(10, TimeUnit.SECONDS))
        .isInstanceOf(Outcome.Accepted.class);
  }

  private static List<String> texts(List<Event> heard) {
    return heard.stream()
        .filter(Event.MessageReceived.class::isInstance)
        .map(Event.MessageReceived.class::cast)
        .flatMap(it -> it.text().stream())
        .toList();
  }

  private static long count(List<Event> heard, String type) {
    return heard.stream().filter(it -> it.type().equals(type)).count();
  }

  private static void awaitText(List<Event> heard, String text) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(texts(heard)).contains(text));
  }
}
