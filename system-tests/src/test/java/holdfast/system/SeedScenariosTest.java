package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.gateway.store.StoreRefused;
import holdfast.rival.Link;
import holdfast.rival.OldSystem;
import holdfast.rival.PlainClient;
import holdfast.rival.PlainTexts;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import holdfast.sandbox.control.SocketsView;
import holdfast.sandbox.phone.Note;
import holdfast.sandbox.world.FaultLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What systems T, C and S lived through: each story first as their code told it, with plain
/// clients, and seen to go wrong; then by Holdfast, and seen not to.
///
/// The server tolerates no duplicates: half a second after a login has replaced a living socket it
/// throws the companion off. That is the minute of old, scaled.
class SeedScenariosTest {
  private static final long TOLERATED_MILLIS = 500;
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  @TempDir static Path folder;
  private static Sandbox sandbox;
  private static GatewayUnderTest gateway;
  private final Random random = new Random(4);

  @BeforeAll
  static void begin() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    gateway = new GatewayUnderTest(sandbox, folder, Map.of("HOLDFAST_KEEP_ALIVE", "PT1S"));
    tolerateNoDuplicates();
  }

  private static void tolerateNoDuplicates() {
    sandbox.fault(
        "strict_duplicates", Optional.empty(), 1, Map.of("afterMillis", TOLERATED_MILLIS));
  }

  @AfterAll
  static void end() {
    gateway.close();
    sandbox.close();
  }

  @Test
  @DisplayName(
      "R1, R3, R4 (T) the 60-second loop: two starts at once, connected, logged out, again")
  void sixtySecondLoop() {
    for (int round = 0; round < 2; round++) {
      try (var old = old()) {
        old.start();
        old.start(); // the first isn't connected yet
        awaitEnd(old, "replaced", 1);
        awaitEnd(old, "device_removed", 1);
        assertThat(row(old).replacedLive()).isEqualTo(1);
      }
    }

    var ours = linked();
    AtOnce.times(20, () -> ours.post("/restart", ""));
    AtOnce.times(20, () -> ours.post("/start", "{\"wait\":\"connected\"}"));
    ours.await("connected");
    pastWhatIsTolerated();
    assertThat(ours.state()).isEqualTo("connected");
    ours.neverFought();
  }

  @Test
  @DisplayName("R3, R4 (T) dual socket while connecting: a start that finds no connection yet")
  void dualSocketWhileConnecting() {
    try (var old = old()) {
      sandbox.fault("delay", Optional.of(old.link().device()), 1, Map.of("millis", 300));
      var first = old.start();
      await().until(() -> row(old).open() == 1);
      assertThat(first.isConnected()).isFalse();
      old.start();
      awaitEnd(old, "replaced", 1);
      assertThat(row(old).replacedLive()).isEqualTo(1);
    }

    var ours = linked();
    ours.post("/stop", "");
    long before = ours.row().opened();
    sandbox.fault("delay", Optional.of(ours.device()), 1, Map.of("millis", 300));
    var answers = AtOnce.times(50, () -> ours.post("/start", "{\"wait\":\"connected\"}"));
    assertThat(answers).allMatch(answer -> answer.status() == 200);
    assertThat(ours.row().opened()).isEqualTo(before + 1);
    ours.neverFought();
  }

  @Test
  @DisplayName("R4, R9 (T) QR shown and start called again: who scans what is shown is linked")
  void qrShownAndStartedAgain() {
    var link = Link.fresh(random);
    var number = phone();
    try (var old = new OldSystem(sandbox, link, random)) {
      var shown = link.qr(old.start().refs().join().getFirst());
      var newest = old.start();
      newest.refs().join();
      var scanning = CompletableFuture.runAsync(() -> sandbox.scan(number, shown));
      assertThat(old.sockets().getFirst().paired().join()).isTrue();
      assertThat(newest.paired()).as("the socket that the code held on to").isNotDone();
      assertThat(row(link).maxOpen()).isEqualTo(2);
      assertThat(scanning).isNotDone();
    }

    var ours = made();
    ours.post("/start", "{\"wait\":\"qr\"}");
    var qr = ours.qr();
    var answers = AtOnce.times(20, () -> ours.post("/start", "{\"wait\":\"qr\"}"));
    assertThat(answers).allMatch(answer -> answer.status() == 200);
    assertThat(ours.qr()).as("still the first code").isEqualTo(qr);
    sandbox.scan(ours.number(), qr);
    ours.await("connected");
    ours.neverFought();
  }

  @Test
  @DisplayName("R27, R34 (T) start during a send: the text arrives once, over the one socket")
  void startDuringSend() {
    var number = phone();
    try (var old = old()) {
      var texts = new PlainTexts(old.link(), number, random);
      var first = connected(old.start());
      texts.send(first, "hello").join();
      sandbox.fault("withhold_acks", Optional.of(old.link().device()), 1, Map.of());
      var unanswered = texts.send(first, "once");
      var second = connected(old.open()); // it isn't sent, so the session must be broken
      texts.send(second, "once").join();
      assertThat(unanswered).as("ended with its socket").isCompletedExceptionally();
      assertThat(texts(number)).containsExactly("hello", "once", "once");
      awaitEnd(old, "device_removed", 1);
    }

    var ours = linked();
    ours.say(number, "hello again");
    ours.arrived(number, "hello again");
    sandbox.fault("delay", Optional.of(ours.device()), 1, Map.of("millis", 400));
    ours.say(number, "only once");
    AtOnce.times(20, () -> ours.post("/start", "{}"));
    ours.arrived(number, "only once");
    assertThat(texts(number)).containsOnlyOnce("only once");
    ours.neverFought();
  }

  @Test
  @DisplayName("R6 (S) lock released twice: two starts hold it at once")
  void lockReleasedTwice() {
    var lock = new Semaphore(1);
    try (var old = old()) {
      assertThat(lock.tryAcquire()).isTrue();
      connected(old.open()).close();
      lock.release(); // where the socket was closed
      lock.release(); // and where the start ended
      for (int start = 0; start < 2; start++) {
        assertThat(lock.tryAcquire()).as("both may").isTrue();
        old.start();
      }
      awaitEnd(old, "replaced", 1);
      assertThat(row(old).replacedLive()).isEqualTo(1);
    }

    var ours = linked();
    var stops = AtOnce.times(20, () -> ours.post("/stop", ""));
    stops.add(ours.post("/stop", ""));
    assertThat(stops).allMatch(answer -> answer.status() == 200);
    long before = ours.row().opened();
    AtOnce.times(20, () -> ours.post("/start", "{\"wait\":\"connected\"}"));
    assertThat(ours.row().opened()).isEqualTo(before + 1);
    ours.neverFought();
  }

  @Test
  @DisplayName("R1, R31 (C) a second session for the same company: every message processed twice")
  void secondSessionForTheSameCompany() {
    var asking = phone();
    try (var old = old()) {
      connected(old.open());
      sandbox.sendFromPhone(asking, old.link().number(), "when are you open?");
      await().until(() -> old.jobs().size() == 1);
      connected(old.open()); // the pool knew the company under another name
      await().until(() -> old.jobs().size() == 2);
      assertThat(old.jobs().getFirst()).isEqualTo(old.jobs().getLast());
      awaitEnd(old, "device_removed", 1);
    }

    var ours = linked();
    sandbox.sendFromPhone(asking, ours.number(), "and on Sundays?");
    await().untilAsserted(() -> assertThat(ours.received()).contains("and on Sundays?"));
    assertThatThrownBy(() -> new GatewayUnderTest(sandbox, folder, Map.of()))
        .isInstanceOf(StoreRefused.class);
    AtOnce.times(20, () -> ours.post("/start", "{}"));
    sandbox.sendFromPhone(asking, ours.number(), "at night?");
    await().untilAsserted(() -> assertThat(ours.received()).contains("at night?"));
    assertThat(ours.received()).containsExactly("and on Sundays?", "at night?");
    ours.neverFought();
  }

  @Test
  @DisplayName(
      "R16 (C) 440 every 5 s: two that take each other's place until the server has enough")
  void conflictEveryFiveSeconds() {
    try (var old = old()) {
      var pause = Duration.ofMillis(50);
      connected(old.openStubbornly(pause));
      old.openStubbornly(pause);
      awaitEnd(old, "replaced", 4);
      awaitEnd(old, "device_removed", 1);
    }

    var ours = linked();
    gateway.put(ours.path(), "{\"conflictMax\":2}");
    long before = ours.row().opened();
    sandbox.clearFaults(); // here it is somebody else who fights: the link must outlast that
    sandbox.fault("rival", Optional.of(ours.device()), 1, Map.of("times", 50, "afterMillis", 50));
    ours.await("conflicted"); // 5 s after the first
    tolerateNoDuplicates();
    assertThat(ours.row().opened()).as("one attempt more").isEqualTo(before + 1);
    var refused = AtOnce.times(5, () -> ours.post("/start", "{}"));
    assertThat(refused).allMatch(answer -> answer.status() == 423);
    pastWhatIsTolerated();
    assertThat(ours.row().opened()).isEqualTo(before + 1);
    assertThat(ours.row().replacedLive()).isZero();
  }

  @Test
  @DisplayName("R19 (S) heartbeat doubled after reconnect: one beat per period, however many ends")
  void heartbeatDoubledAfterReconnect() {
    try (var old = old()) {
      var period = Duration.ofMillis(400);
      for (int time = 0; time < 4; time++) {
        sandbox.fault("drop", Optional.of(connectedDevice(old, period)), 1, Map.of());
      }
      connected(old.openBeating(period));
      assertThat(beats(old.link().device(), 20)).isLessThan(period.dividedBy(3));
    }

    var ours = linked();
    gateway.put(ours.path(), "{\"maxDelay\":\"PT0.1S\"}");
    for (int time = 0; time < 4; time++) {
      long before = ours.row().opened();
      sandbox.fault("drop", Optional.of(ours.device()), 1, Map.of());
      await().until(() -> ours.row().opened() == before + 1);
      ours.await("connected");
    }
    assertThat(beats(ours.device(), 4)).isGreaterThan(Duration.ofMillis(800));
    ours.neverFought();
  }

  private static String connectedDevice(OldSystem old, Duration period) {
    var socket = connected(old.openBeating(period));
    assertThat(socket.isConnected()).isTrue();
    return old.link().device();
  }

  @Test
  @DisplayName("R18 (S) recovery storm: everybody who waits recovers the session himself")
  void recoveryStorm() {
    try (var old = old()) {
      connected(old.open());
      sandbox.fault("drop", Optional.of(old.link().device()), 1, Map.of());
      awaitEnd(old, "closed", 1);
      AtOnce.times(10, old::open);
      awaitEnd(old, "replaced", 9);
      assertThat(row(old).replacedLive()).isGreaterThan(1);
    }

    var number = phone();
    var ours = linked();
    gateway.put(ours.path(), "{\"maxDelay\":\"PT0.1S\"}");
    long before = ours.row().opened();
    sandbox.fault("drop", Optional.of(ours.device()), 1, Map.of());
    var texts = IntStream.range(0, 20).mapToObj(text -> "storm " + text).toList();
    var senders = new ArrayList<Callable<Object>>();
    texts.forEach(text -> senders.add(() -> ours.say(number, text)));
    texts.forEach(_ -> senders.add(() -> ours.post("/start", "{}")));
    AtOnce.of(senders);
    await()
        .untilAsserted(() -> assertThat(texts(number)).containsExactlyInAnyOrderElementsOf(texts));
    assertThat(ours.row().opened()).isEqualTo(before + 1);
    ours.neverFought();
  }

  @Test
  @DisplayName("R36 (S) 26 messages: the 26th goes over a new session, and the number is gone")
  void twentySixMessages() {
    var number = phone();
    var texts = IntStream.rangeClosed(1, 40).mapToObj(text -> "no. " + text).toList();
    try (var old = old()) {
      var lines = new PlainTexts(old.link(), number, random);
      var session = connected(old.open());
      for (var text : texts.subList(0, 25)) {
        lines.send(session, text).join();
      }
      var fresh = connected(old.open()); // its usage is up: a new one, beside the old
      lines.send(fresh, texts.get(25)).join();
      awaitEnd(old, "device_removed", 1);
      var rest = lines.send(connectedOrNot(old.open()), texts.get(26));
      assertThat(rest).as("the 27th").isCompletedExceptionally();
      assertThat(texts(number)).isEqualTo(texts.subList(0, 26));
    }

    var other = phone();
    var ours = linked();
    for (int from = 0; from < texts.size(); from += 5) {
      texts.subList(from, from + 5).forEach(text -> ours.say(other, text));
    }
    await().untilAsserted(() -> assertThat(texts(other)).isEqualTo(texts));
    assertThat(ours.state()).isEqualTo("connected");
    ours.neverFought();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30));
  }

  // ---- the systems of old

  private OldSystem old() {
    return new OldSystem(sandbox, Link.prepared(sandbox, number()), random);
  }

  private static PlainClient connected(PlainClient socket) {
    assertThat(socket.connected().orTimeout(20, TimeUnit.SECONDS).join()).isTrue();
    return socket;
  }

  private static PlainClient connectedOrNot(PlainClient socket) {
    CompletableFuture.anyOf(socket.connected(), socket.ended()).join();
    return socket;
  }

  private static void awaitEnd(OldSystem old, String word, int times) {
    await().until(() -> old.ended(word) >= times);
  }

  private static SocketsView.Link row(OldSystem old) {
    return row(old.link());
  }

  private static SocketsView.Link row(Link link) {
    return sandbox.sockets().links().stream()
        .filter(row -> row.noiseKey().equals(link.noiseKey()))
        .findFirst()
        .orElseThrow();
  }

  /// Until the server has thrown off somebody who has fought himself since.
  private void pastWhatIsTolerated() {
    try (var yardstick = old()) {
      connected(yardstick.open());
      yardstick.open();
      awaitEnd(yardstick, "device_removed", 1);
    }
  }

  /// The mean time between `count` answers to pings, each of which is held back a little to be
  /// seen. What comes right before them may still belong to the login.
  private static Duration beats(String device, int count) {
    int behindTheLogin = 2;
    long after = sandbox.faultLog(0).stream().mapToLong(FaultLog.Entry::sequence).max().orElse(0);
    sandbox.fault("delay", Optional.of(device), behindTheLogin + count, Map.of("millis", 1));
    await().until(() -> delays(device, after).size() == behindTheLogin + count);
    var seen = delays(device, after).subList(behindTheLogin, behindTheLogin + count);
    return Duration.ofMillis(
        (seen.getLast().atMillis() - seen.getFirst().atMillis()) / (count - 1));
  }

  private static List<FaultLog.Entry> delays(String device, long after) {
    return sandbox.faultLog(after).stream()
        .filter(it -> it.fault().equals("delay") && it.device().equals(Optional.of(device)))
        .toList();
  }

  // ---- phones, and Holdfast

  private static String number() {
    return "155502" + (10_000 + NUMBERS.incrementAndGet());
  }

  private static String phone() {
    var number = number();
    sandbox.makePhone(number, "Phone");
    return number;
  }

  private static List<String> texts(String number) {
    return sandbox.phoneMessages(number).stream().map(Note::text).toList();
  }

  private static PlayedTenant made() {
    var number = phone();
    var ours = new PlayedTenant(sandbox, gateway, number);
    gateway.put(ours.path(), "{}");
    return ours;
  }

  private static PlayedTenant linked() {
    var ours = made();
    ours.post("/start", "{\"wait\":\"qr\"}");
    sandbox.scan(ours.number(), ours.qr());
    ours.await("connected");
    return ours;
  }
}
