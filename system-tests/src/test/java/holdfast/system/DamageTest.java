package holdfast.system;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import holdfast.client.Companion;
import holdfast.client.MemoryStore;
import holdfast.client.netty.Endpoint;
import holdfast.message.Pacing;
import holdfast.pairing.Device;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import holdfast.session.Outcome;
import holdfast.session.Policy;
import holdfast.session.Settings;
import holdfast.stanza.Jid;
import holdfast.store.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What reaches a companion is damaged in each of the layers that it comes through, from the
/// outside in: frame, stanza, ciphertext, plaintext. After each damage a good text arrives, once.
///
/// Which bytes are spoilt follows from the number of the case; the bytes themselves are fresh keys.
class DamageTest {
  private static final String OURS = "15550109001";
  private static final String THEIRS = "15550109003";
  private static final String DEVICE = OURS + ":1";
  private static final int CASES = 50;

  /// With the usual longest back-off the reconnects alone would take hours.
  private static final Policy QUICK = new Policy(true, Duration.ofMillis(20), 3);

  private final List<Event> heard = new CopyOnWriteArrayList<>();
  private final List<String> sent = new ArrayList<>();
  private final Map<String, String> ids = new HashMap<>();
  private final MemoryStore store = new MemoryStore();
  private Sandbox sandbox;
  private Companion companion;

  @BeforeEach
  void link() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    sandbox.makePhone(THEIRS, "Theirs");
    companion = companion();
    companion.onQr(qr -> Thread.startVirtualThread(() -> sandbox.scan(OURS, qr)));
    start();
    arrives(send("a first text"));
  }

  @AfterEach
  void close() {
    companion.close();
    sandbox.close();
  }

  // ---- frames

  @Test
  @DisplayName(
      "R14, R15: a damaged frame ends the connection with a reason, and nothing is lost by it")
  void frames() {
    var ways = List.of("flip", "truncate", "replay", "empty", "oversize", "longer");
    for (int i = 0; i < CASES; i++) {
      var how = ways.get(i % ways.size());
      // What comes after the first frame are those of the next login, two at once, or what the
      // server has sent before it heard of the end.
      int count = how.equals("longer") ? 1 : 1 + i % 3;
      long next = companion.status().generation() + 1;
      sandbox.fault(
          "corrupt_frame", Optional.of(DEVICE), count, Map.of("how", how, "seed", 10 * i));
      var spoilt = send("frame " + i);
      // The frame that claims more bytes than it has waits for them.
      var good = how.equals("longer") ? send("good after frame " + i) : "";
      await("frame " + i + " " + how)
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(2))
          .until(() -> reconnected(next));

      var last = companion.status().trouble().lastDisconnect().orElseThrow();
      assertThat(last.reason()).as(how).isEqualTo("malformed");
      assertThat(last.generation()).as(how).isGreaterThanOrEqualTo(next - 1);
      arrives(spoilt);
      arrives(good.isEmpty() ? send("good after frame " + i) : good);
    }
    eachOnce();
    // A connection cut off without a word may be there, unread, when the next one has come.
    assertThat(sandbox.sockets().of(DEVICE).orElseThrow().replacedLive()).isZero();
  }

  private boolean reconnected(long generation) {
    var status = companion.status();
    return status.connected() && status.generation() >= generation && sandbox.faults().isEmpty();
  }

  // ---- stanzas

  @Test
  @DisplayName(
      "R31: bytes that are no stanza are dropped, and what they were comes at the next login")
  void stanzasThatBreak() throws Exception {
    for (int i = 0; i < CASES; i++) {
      var how = i % 2 == 0 ? "truncate" : "append";
      long generation = companion.status().generation();
      spoilMessage(how, i);
      var spoilt = send("stanza " + i);
      arrives(send("good after stanza " + i));
      assertThat(texts()).as(how).doesNotContain(spoilt);
      assertThat(companion.status().generation()).as("nobody reconnects").isEqualTo(generation);
      if (i % 5 == 4) {
        companion.close();
        companion = companion();
        start();
        arrives(spoilt);
      }
    }
    eachOnce();
  }

  @Test
  @DisplayName("R31: a stanza with a byte that isn't its own harms nothing but itself")
  void stanzasThatLie() throws Exception {
    for (int i = 0; i < CASES; i++) {
      spoilMessage("flip", i);
      send("stanza " + i);
      arrives(send("good after stanza " + i));
    }
    companion.close();
    companion = companion();
    start();
    arrives(send("good after all"));

    assertThat(texts()).isSubsetOf(sent);
    // A stanza whose id was hit is another message; under its own id each comes once at most.
    assertThat(received().stream().map(Event.MessageReceived::messageId)).doesNotHaveDuplicates();
    assertThat(texts().stream().filter(it -> it.startsWith("good"))).doesNotHaveDuplicates();
    var lost = sent.stream().filter(text -> !texts().contains(text)).toList();
    assertThat(lost).as("most damage leaves a text readable or heals").hasSizeLessThan(CASES / 4);
  }

  @Test
  @DisplayName("A receipt that is no stanza comes at the next login")
  void receiptsThatBreak() throws Exception {
    for (int i = 0; i < 5; i++) {
      sandbox.fault(
          "corrupt_stanza",
          Optional.of(DEVICE),
          1,
          Map.of("how", "truncate", "seed", i, "tag", "receipt"));
      var outcome = companion.send(Jid.phone(THEIRS), "ours " + i);
      assertThat(outcome.toCompletableFuture().get(10, SECONDS))
          .isInstanceOf(Outcome.Accepted.class);
      await().atMost(Duration.ofSeconds(20)).until(() -> sandbox.faults().isEmpty());
      arrives(send("good after receipt " + i));
      assertThat(delivered()).isEqualTo(i);
      companion.close();
      companion = companion();
      start();
      int all = i + 1;
      await().atMost(Duration.ofSeconds(20)).until(() -> delivered() == all);
    }
    eachOnce();
  }

  private long delivered() {
    return heard.stream().filter(it -> it.type().equals("message.delivered")).count();
  }

  private void spoilMessage(String how, long seed) {
    sandbox.fault(
        "corrupt_stanza",
        Optional.of(DEVICE),
        1,
        Map.of("how", how, "seed", seed, "tag", "message"));
  }

  // ---- ciphertexts

  @Test
  @DisplayName("R31: a damaged ciphertext is told, asked for again, and arrives once")
  void ciphertexts() {
    for (int i = 0; i < CASES; i++) {
      int count = 1 + i % 4;
      sandbox.fault("corrupt_enc", Optional.of(DEVICE), count, Map.of());
      var spoilt = send("ciphertext " + i);
      arrives(spoilt);
      assertThat(attempts(spoilt)).hasSize(count);
      arrives(send("good after ciphertext " + i));
    }
    eachOnce();
  }

  // ---- plaintexts

  @Test
  @DisplayName("R31: a padding that is wrong inside a good ciphertext is asked for again")
  void paddings() {
    var ways = List.of("uneven", "zero", "large", "short");
    for (int i = 0; i < CASES; i++) {
      int count = 1 + i % 3;
      spoilPlaintext(ways.get(i % ways.size()), count, i);
      var spoilt = send("padding " + i);
      arrives(spoilt);
      assertThat(attempts(spoilt)).hasSize(count);
      arrives(send("good after padding " + i));
    }
    eachOnce();
  }

  @Test
  @DisplayName("R32: a content that can't be parsed, or that nobody knows, is never another text")
  void contents() throws Exception {
    var ways = List.of("cut", "key", "unknown", "utf8");
    for (int i = 0; i < CASES; i++) {
      var how = ways.get(i % ways.size());
      spoilPlaintext(how, 1, i);
      var spoilt = send("content " + i);
      arrives(send("good after content " + i));
      assertThat(received().stream().filter(isAbout(spoilt)))
          .as(how)
          .extracting(it -> it.contentType() + " " + it.text().orElse(""))
          .isEqualTo(
              switch (how) {
                case "unknown" -> List.of("unknown ");
                // As the sender encrypted it: one byte is no sign, the others are his.
                case "utf8" -> List.of("text " + "\uFFFD" + spoilt.substring(1));
                default -> List.of();
              });
    }
    companion.close();
    companion = companion();
    start();
    arrives(send("good after all"));

    assertThat(sent.stream().filter(it -> it.startsWith("content")))
        .doesNotContainAnyElementsOf(texts());
    assertThat(texts()).doesNotHaveDuplicates();
  }

  private void spoilPlaintext(String how, int count, int number) {
    sandbox.fault(
        "corrupt_padding", Optional.of(DEVICE), count, Map.of("how", how, "seed", 10 * number));
  }

  // ---- the two sides

  private Companion companion() {
    var endpoint = new Endpoint(sandbox.wsUrl(), sandbox.noiseRoot(), Optional.empty());
    var settings = Settings.of(new Device("Mac OS", 1_045_649_367L)).with(QUICK).with(Pacing.OFF);
    return new Companion("ours", endpoint, settings, store).onEvent(heard::add);
  }

  private void start() throws Exception {
    assertThat(companion.start().toCompletableFuture().get(30, SECONDS))
        .isEqualTo(new Outcome.Started());
  }

  private String send(String text) {
    ids.put(text, sandbox.sendFromPhone(THEIRS, OURS, text));
    sent.add(text);
    return text;
  }

  private void arrives(String text) {
    await(text)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> texts().contains(text));
  }

  private void eachOnce() {
    assertThat(texts()).containsExactlyInAnyOrderElementsOf(sent);
    assertThat(sandbox.violations(Optional.empty())).isEmpty();
  }

  private List<Event.MessageReceived> received() {
    return heard.stream()
        .filter(Event.MessageReceived.class::isInstance)
        .map(Event.MessageReceived.class::cast)
        .toList();
  }

  private List<String> texts() {
    return received().stream().flatMap(it -> it.text().stream()).toList();
  }

  private Predicate<Event.MessageReceived> isAbout(String text) {
    return event -> event.messageId().equals(ids.get(text));
  }

  private List<Integer> attempts(String text) {
    return heard.stream()
        .filter(Event.MessageUndecryptable.class::isInstance)
        .map(Event.MessageUndecryptable.class::cast)
        .filter(it -> it.messageId().equals(ids.get(text)))
        .map(Event.MessageUndecryptable::attempt)
        .toList();
  }
}
