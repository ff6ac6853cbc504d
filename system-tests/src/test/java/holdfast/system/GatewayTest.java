package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The gateway as a process, a phone of the sandbox, and an unmodified Baileys client.
class GatewayTest {
  private static final String OURS = "15550109001";
  private static final String THEIRS = "15550100007";
  private static final String THIRD = "15550100008";
  private static final int DELIVERED = 3;
  private static final String TENANT = "/v1/tenants/shop";

  @TempDir Path folder;
  private Sandbox sandbox;
  private GatewayProcess gateway;

  @BeforeEach
  void start() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    gateway = GatewayProcess.start(folder.resolve("data"), sandbox);
    gateway.put(TENANT, Map.of());
  }

  @AfterEach
  void close() {
    gateway.close();
    sandbox.close();
  }

  @Test
  @DisplayName(
      "R1, R3, R4: 20 callers ask for the QR of an unpaired tenant, and through a relink: never"
          + " more than one socket")
  void oneSocketBeforePairingAndThroughARelink() throws Exception {
    askedByTwenty(Map.of("wait", "qr", "timeout", "PT20S"));
    assertThat(sandbox.sockets().total().maxOpen()).isEqualTo(1);
    assertThat(sandbox.sockets().total().accepted()).isEqualTo(1);
    scan(OURS);

    askedByTwenty(Map.of("wait", "qr", "timeout", "PT20S", "forceRelink", true));
    scan(OURS);

    assertThat(sandbox.sockets().total().maxOpen()).isEqualTo(1);
    assertThat(sandbox.sockets().links())
        .allSatisfy(link -> assertThat(link.replacedLive()).isZero());
  }

  private void askedByTwenty(Map<String, Object> body) throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked = new ArrayList<Future<GatewayProcess.Answer>>();
      Callable<GatewayProcess.Answer> ask = () -> gateway.post(TENANT + "/start", body);
      for (var i = 0; i < 20; i++) {
        asked.add(callers.submit(ask));
      }
      for (var answer : asked) {
        assertThat(answer.get().status()).isBetween(200, 202);
      }
    }
  }

  @Test
  @NeedsNode
  @DisplayName(
      "R21, R22, R31, R36: 200 texts each way with a Baileys client, the gateway ended by SIGTERM"
          + " and by SIGKILL in between and the client restarted: each arrives once, in order")
  void twoHundredTextsOverRestarts() throws Exception {
    link();
    try (var peer = linkedPeer("peer", THEIRS)) {
      say(THEIRS, "hello");
      peer.awaitText("hello");
      exchange(peer, 0, 60);
      assertThat(gateway.terminate()).as("ended by SIGTERM, in order").isEqualTo(128 + 15);
      exchangeWhileAway(peer, 60, 80);
      restart();
      exchange(peer, 80, 130);
      gateway.kill();
      exchangeWhileAway(peer, 130, 140);
      restart();
      peer.end();
      toThem(140, 150);
      peer.start(sandbox.wsUrl());
      peer.awaitOpen();
      arriveAtThem(peer, 140, 150);
      toUs(peer, 140, 150);
      exchange(peer, 150, 200);
      eachOnceInOrder(200);
      healed(peer);
      assertThat(peer.holds("message", event -> event.path("text").asText().startsWith("to them ")))
          .as("none came twice")
          .isFalse();

      delivered(200);
      assertThat(sandbox.violations(Optional.of(OURS + ":1"))).isEmpty();
      assertThat(sandbox.sockets().of(OURS + ":1").orElseThrow().replacedLive()).isZero();
      assertThat(sandbox.sockets().of(OURS + ":1").orElseThrow().maxOpen()).isEqualTo(1);
    }
  }

  /// Baileys at full speed uses one key for two texts now and then; the second is asked for again
  /// and comes late.
  private void eachOnceInOrder(int count) {
    var verdict = new Verdict();
    var events = gateway.events("shop", 0);
    var reused = Verdict.reused(sandbox.violations(Optional.of(THEIRS + ":1")));
    verdict.once("to us ", count, Verdict.texts(events), verdict.late(events, reused));
    assertThat(verdict.flaws()).isEmpty();
  }

  private void healed(BaileysPeer peer) {
    sandbox.fault("corrupt_enc", Optional.of(OURS + ":1"), 1, Map.of());
    peer.send(OURS, "healed for us");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(gateway.texts("shop")).containsOnlyOnce("healed for us"));
    sandbox.fault("corrupt_enc", Optional.of(THEIRS + ":1"), 1, Map.of());
    say(THEIRS, "healed for them");
    peer.awaitText("healed for them");
  }

  @Test
  @NeedsNode
  @DisplayName(
      "A tenant, two Baileys clients and a phone share a group: 50 texts each way, damaged ones"
          + " heal, and who is removed can't read what comes after")
  void sharesAGroup() throws Exception {
    link();
    try (var peer = linkedPeer("peer", THEIRS);
        var third = linkedPeer("third", THIRD)) {
      var phone = "15550109002";
      sandbox.setEchoes(phone, false);
      var group = sandbox.makeGroup("Friends", List.of(OURS, THEIRS, THIRD, phone)).id();
      for (var i = 0; i < 50; i++) {
        say(group, "group of us " + i);
        peer.send(group, "group of them " + i);
        third.send(group, "group of third " + i);
      }
      for (var text : numbered("group of us ", 0, 50)) {
        peer.awaitText(text);
        third.awaitText(text);
      }
      var theirs = new HashSet<>(numbered("group of them ", 0, 50));
      theirs.addAll(numbered("group of third ", 0, 50));
      awaitOurTexts(theirs);
      sandbox.fault("corrupt_enc", Optional.of(OURS + ":1"), 1, Map.of());
      peer.send(group, "group healed for us");
      awaitOurTexts(List.of("group healed for us"));
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> assertThat(textsOf(phone)).containsAll(numbered("group of us ", 0, 50)));

      var before = sandbox.lastGroupCiphertext(group);
      sandbox.changeGroup(group, List.of(), List.of(phone));
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> sandbox.unanswered(OURS, 1) == 0); // the notice of it is taken in
      say(group, "after the removal");
      peer.awaitText("after the removal");
      var after = sandbox.lastGroupCiphertext(group);
      assertThat(after.keyId()).isNotEqualTo(before.keyId());
      assertThat(sandbox.phoneReads(phone, before)).isTrue();
      assertThat(sandbox.phoneReads(phone, after)).isFalse();
      assertThat(sandbox.violations(Optional.of(OURS + ":1"))).isEmpty();
    }
  }

  // ---- what the tests are made of

  private void link() {
    gateway.post(TENANT + "/start", Map.of("wait", "qr", "timeout", "PT20S"));
    scan(OURS);
  }

  private void scan(String phone) {
    var qr = gateway.get(TENANT + "/qr").body().required("qr").asText();
    sandbox.scan(phone, qr);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> gateway.get(TENANT + "/status").body().required("state").asText(),
            "connected"::equals);
  }

  private void restart() throws Exception {
    gateway.close();
    gateway = GatewayProcess.start(folder.resolve("data"), sandbox);
  }

  private BaileysPeer linkedPeer(String name, String phone) {
    sandbox.makePhone(phone, name);
    var peer = BaileysPeer.launch(folder.resolve(name));
    peer.start(sandbox.wsUrl());
    sandbox.scan(phone, peer.awaitQr());
    peer.awaitOpen();
    return peer;
  }

  private void exchange(BaileysPeer peer, int from, int to) {
    toThem(from, to);
    toUs(peer, from, to);
    arriveAtThem(peer, from, to);
  }

  /// The gateway is down: what comes waits at the server, what it is to say waits for it.
  private void exchangeWhileAway(BaileysPeer peer, int from, int to) throws Exception {
    for (var text : numbered("to us ", from, to)) {
      peer.send(OURS, text);
    }
    restart();
    toThem(from, to);
    arriveAtThem(peer, from, to);
    awaitOurTexts(numbered("to us ", from, to));
  }

  private void toThem(int from, int to) {
    numbered("to them ", from, to).forEach(text -> say(THEIRS, text));
  }

  private void toUs(BaileysPeer peer, int from, int to) {
    var ids = numbered("to us ", from, to).stream().map(text -> peer.send(OURS, text)).toList();
    awaitOurTexts(numbered("to us ", from, to));
    ids.forEach(id -> peer.awaitStatus(id, DELIVERED));
  }

  private static void arriveAtThem(BaileysPeer peer, int from, int to) {
    for (var text : numbered("to them ", from, to)) {
      var next = peer.awaitText(it -> String.valueOf(it.text()).startsWith("to them "));
      assertThat(next.text()).isEqualTo(text);
    }
  }

  private void say(String to, String text) {
    var address = to.contains("@") ? to : "+" + to;
    var body = Map.of("to", address, "type", "text", "text", text);
    var key = text.replace(' ', '-');
    var first = gateway.post(TENANT + "/messages", body, key);
    var again = gateway.post(TENANT + "/messages", body, key);
    assertThat(first.status()).isEqualTo(202);
    assertThat(again.body().required("messageId")).isEqualTo(first.body().required("messageId"));
  }

  private void awaitOurTexts(Iterable<String> texts) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(gateway.texts("shop")).containsAll(texts));
  }

  private void delivered(int count) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(
                        gateway.events("shop", 0).stream()
                            .filter(
                                event ->
                                    event.required("type").asText().equals("message.delivered"))
                            .map(event -> event.required("data").required("id").asText())
                            .distinct())
                    .hasSizeGreaterThanOrEqualTo(count));
  }

  private List<String> textsOf(String phone) {
    return sandbox.phoneMessages(phone).stream().map(note -> note.text()).toList();
  }

  private static List<String> numbered(String what, int from, int to) {
    var all = new ArrayList<String>();
    for (var i = from; i < to; i++) {
      all.add(what + i);
    }
    return all;
  }
}
