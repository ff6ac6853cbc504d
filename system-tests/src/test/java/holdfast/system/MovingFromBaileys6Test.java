package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.chaos.Line;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import holdfast.sandbox.phone.Note;
import holdfast.stanza.Jid;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A link that an unmodified client of version 6 made goes to Holdfast, and on to version 7 or
/// back.
@NeedsNode
class MovingFromBaileys6Test {
  private static final String OURS = "15550100021";
  private static final String THEIRS = "15550100022";
  private static final String SHOP = "/v1/tenants/shop";

  /// Version 6 isn't ready for the first stanza until it has derived its keys, which on loopback
  /// can be too late: it then can't read any. Every network is slower than that.
  private static final Line.Quality NETWORK =
      new Line.Quality(Duration.ofMillis(50), 0, Duration.ZERO, 1);

  private static final Duration BOUND = Duration.ofSeconds(40);

  /// The other's ratchet key, which is a new one with each turn of the conversation.
  private static final String TURN = "/currentRatchet/lastRemoteEphemeralKey";

  @TempDir private Path folder;
  private Sandbox sandbox;
  private Line line;
  private BaileysPeer ours;
  private BaileysPeer theirs;
  private String group = "";

  @BeforeEach
  void start() throws Exception {
    sandbox = Sandbox.start(SandboxSettings.inMemory());
    sandbox.makePhone(OURS, "Ours");
    sandbox.makePhone(THEIRS, "Theirs");
    line = Line.to(sandbox.wsUrl(), NETWORK);
    ours = BaileysPeer.launch(old(), BaileysPeer.Version.SIX);
    theirs = BaileysPeer.launch(folder.resolve("theirs"));
    link(ours, line.url(), OURS);
    link(theirs, sandbox.wsUrl(), THEIRS);
    group = sandbox.makeGroup("Friends", List.of(OURS, THEIRS)).id();
  }

  private void link(BaileysPeer peer, URI url, String number) {
    peer.start(url);
    sandbox.scan(number, peer.awaitQr());
    peer.awaitOpen();
  }

  @AfterEach
  void stop() throws IOException {
    ours.close();
    theirs.close();
    line.close();
    sandbox.close();
  }

  /// Whoever speaks for us: what it says to a chat, and how it is seen to have heard a text.
  private record Us(BiConsumer<String, String> says, Consumer<String> hears) {
    static Us of(BaileysPeer peer) {
      return new Us(peer::send, peer::awaitText);
    }

    static Us of(GatewayProcess gateway) {
      return new Us(
          (to, text) -> say(gateway, to, text),
          text ->
              await()
                  .atMost(BOUND)
                  .untilAsserted(() -> assertThat(gateway.texts("shop")).containsOnlyOnce(text)));
    }

    private static void say(GatewayProcess gateway, String to, String text) {
      var body = Map.of("to", to, "type", "text", "text", text);
      var answer = gateway.post(SHOP + "/messages", body);
      assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    }
  }

  /// With the other's companion and phone, to each other and in the group; one text at a time.
  private void chat(Us us, int round) {
    for (var chat : List.of(THEIRS, group)) {
      var text = "we say in " + chat + ", " + round;
      us.says().accept(chat, text);
      theirs.awaitText(text);
      await().atMost(BOUND).untilAsserted(() -> assertThat(onTheirPhone()).contains(text));
    }
    for (var chat : List.of(OURS, group)) {
      var text = "their companion says in " + chat + ", " + round;
      theirs.send(chat, text);
      us.hears().accept(text);
      var other = "their phone says in " + chat + ", " + round;
      sandbox.sendFromPhone(THEIRS, chat, other);
      us.hears().accept(other);
    }
  }

  private List<String> onTheirPhone() {
    return sandbox.phoneMessages(THEIRS).stream().map(Note::text).toList();
  }

  /// The link is made and used by version 6, taken over, used by a gateway, and written out.
  private Path throughHoldfast() throws Exception {
    chat(Us.of(ours), 0);
    chat(Us.of(ours), 1);
    ours.end();
    ours.close();
    sandbox.sendFromPhone(THEIRS, OURS, "while nobody was there");
    holdfast("import-baileys", old());
    inTheGateway("while nobody was there", 2, 3);
    var out = folder.resolve("out");
    holdfast("export-baileys", out);
    return out;
  }

  private void inTheGateway(String waiting, int... rounds) throws Exception {
    try (var gateway = GatewayProcess.start(folder.resolve("data"), sandbox)) {
      var answer = gateway.post(SHOP + "/start", Map.of("wait", "connected", "timeout", "PT40S"));
      assertThat(answer.body().path("state").asText()).isEqualTo("connected");
      Us.of(gateway).hears().accept(waiting);
      for (int round : rounds) {
        chat(Us.of(gateway), round);
      }
      assertThat(gateway.events("shop", 0))
          .extracting(event -> event.required("type").asText())
          .doesNotContain("message.undecryptable");
      gateway.post(SHOP + "/stop", Map.of());
      gateway.terminate();
    }
  }

  private Path old() {
    return folder.resolve("old");
  }

  private void holdfast(String command, Path auth, String... flags) throws Exception {
    var words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "holdfast.gateway.Main",
                command,
                "shop",
                auth.toString(),
                "--data",
                folder.resolve("data").toString()));
    words.addAll(List.of(flags));
    var process = new ProcessBuilder(words).inheritIO();
    process.environment().keySet().removeIf(name -> name.startsWith("HOLDFAST_"));
    assertThat(process.start().waitFor()).isZero();
  }

  /// A device's ratchets by their base keys, which tell one from every other.
  private static Map<String, JsonNode> ratchets(Path record) throws IOException {
    var ratchets = new TreeMap<String, JsonNode>();
    var sessions = new JsonMapper().readTree(record.toFile()).path("_sessions");
    sessions.properties().forEach(each -> ratchets.put(each.getKey(), each.getValue()));
    return ratchets;
  }

  /// What would have been done anew by a first message or a retry has another base key.
  private void theSameRatchetsWentOn(Path out) throws IOException {
    var phone = Jid.parse(sandbox.phone(THEIRS).lid()).user();
    for (int device : List.of(0, 1)) {
      var left =
          new TreeMap<>(ratchets(old().resolve("session-%s.%d.json".formatted(phone, device))));
      left.putAll(ratchets(old().resolve("session-%s.%d.json".formatted(THEIRS, device))));
      var now = ratchets(out.resolve("session-%s_1.%d.json".formatted(phone, device)));
      assertThat(left.keySet()).containsAll(now.keySet());
      var open =
          now.entrySet().stream()
              .filter(it -> it.getValue().at("/indexInfo/closed").asLong() == -1)
              .toList();
      assertThat(open).hasSize(1);
      var ratchet = open.getFirst().getValue();
      assertThat(left)
          .hasEntrySatisfying(
              open.getFirst().getKey(),
              before -> assertThat(before.at(TURN)).isNotEqualTo(ratchet.at(TURN)));
      assertThat(ratchet.has("pendingPreKey")).isFalse();
    }
  }

  private void nobodyNoticed() {
    assertThat(theirs.holds("undecryptable", _ -> true)).isFalse();
    assertThat(sandbox.violations(Optional.of(OURS + ":1"))).isEmpty();
    assertThat(sandbox.phoneMessages(THEIRS)).allSatisfy(note -> assertThat(note.copies()).isOne());
    assertThat(sandbox.sockets().links())
        .allSatisfy(link -> assertThat(link.replacedLive()).isZero());
  }

  private void begin(Path auth, BaileysPeer.Version version) {
    ours = BaileysPeer.launch(auth, version);
    ours.start(line.url());
    assertThat(ours.awaitOpen().device()).isEqualTo(OURS + ":1@s.whatsapp.net");
  }

  @Test
  @DisplayName(
      "R26: a link that version 6 made connects without a QR and goes on in the ratchets it left,"
          + " and version 7 goes on in them where Holdfast ended")
  void goesOnToVersion7() throws Exception {
    var out = throughHoldfast();
    theSameRatchetsWentOn(out);
    nobodyNoticed();

    begin(out, BaileysPeer.Version.SEVEN);
    chat(Us.of(ours), 4);
    assertThat(ours.holds("undecryptable", _ -> true)).isFalse();
    nobodyNoticed();
  }

  @Test
  @DisplayName(
      "R26: version 6 connects with what Holdfast wrote without a QR, but finds no ratchet with a"
          + " LID: what is sent to it in one is asked for again, and nothing is lost; what it then"
          + " leaves moves in once more")
  void goesBackToVersion6() throws Exception {
    var out = throughHoldfast();

    begin(out, BaileysPeer.Version.SIX);
    chat(Us.of(ours), 4);
    assertThat(ours.holds("undecryptable", _ -> true)).isTrue();
    nobodyNoticed();

    ours.end();
    sandbox.sendFromPhone(THEIRS, OURS, "while it moved in again");
    holdfast("import-baileys", out, "--replace");
    inTheGateway("while it moved in again", 5);
    nobodyNoticed();
  }
}
