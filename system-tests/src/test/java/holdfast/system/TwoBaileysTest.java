package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import holdfast.sandbox.phone.Note;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The sandbox held to two clients that it shares no line with.
@NeedsNode
class TwoBaileysTest {
  private static final String ALICE = "15550100001";
  private static final String BOB = "15550100002";
  private static final String ANN = "15550109001";
  private static final int MANY = 20;

  @TempDir Path folder;
  private Sandbox sandbox;
  private BaileysPeer alice;
  private BaileysPeer bob;

  @BeforeEach
  void link() throws Sandbox.NotStarted {
    sandbox = Sandbox.start(SandboxSettings.inMemory().withFolder(folder.resolve("world")));
    sandbox.makePhone(ALICE, "Alice");
    sandbox.makePhone(BOB, "Bob");
    alice = BaileysPeer.launch(folder.resolve("alice"));
    bob = BaileysPeer.launch(folder.resolve("bob"));

    alice.start(sandbox.wsUrl());
    assertThat(sandbox.scan(ALICE, alice.awaitQr())).isEqualTo(1);
    bob.startWithCode(sandbox.wsUrl(), BOB);
    assertThat(sandbox.enterCode(BOB, bob.awaitPairingCode())).isEqualTo(1);
    for (var peer : List.of(alice, bob)) {
      assertThat(peer.awaitClose().code()).isEqualTo(515);
      peer.awaitOpen();
    }
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
    sandbox.close();
  }

  @Test
  @DisplayName(
      "R9, R10, R13: one links by QR and one by code, both come back after 515, and their texts"
          + " arrive, 1:1 and in a group, also those sent while one was away")
  void talk() throws Sandbox.NotStarted {
    exchange(BOB, ALICE, "direct");
    var group = alice.createGroup("Team", List.of(BOB, ANN));
    exchange(group, group, "group");

    bob.end();
    var direct = send(alice, BOB, "while away");
    var inGroup = send(alice, group, "group while away");
    bob.start(sandbox.wsUrl());
    bob.awaitOpen();
    direct.forEach(bob::awaitText);
    inGroup.forEach(bob::awaitText);

    assertThat(sandbox.violations(Optional.empty())).isEmpty();
    assertThat(sandbox.sockets().links())
        .hasSize(2)
        .allSatisfy(link -> assertThat(link.maxOpen()).isEqualTo(1))
        .allSatisfy(link -> assertThat(link.replacedLive()).isZero());
    assertThat(textsOf(ANN)).containsAll(inGroup);
    assertThat(sandbox.phoneMessages(BOB)).allSatisfy(note -> assertThat(note.copies()).isOne());
  }

  @Test
  @DisplayName("What was damaged on its way is asked for again and read, by companions and phones")
  void damaged() throws Sandbox.NotStarted {
    exchange(BOB, ALICE, "before");
    for (var device : List.of(BOB + ":1", BOB + ":0")) {
      sandbox.fault("corrupt_enc", Optional.of(device), 1, Map.of());
    }

    alice.send(BOB, "damaged");
    bob.awaitText("damaged");
    sandbox.fault("corrupt_enc", Optional.of(BOB + ":1"), 1, Map.of());
    sandbox.sendFromPhone(ANN, BOB, "damaged too");
    bob.awaitText("damaged too");

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(textsOf(BOB)).contains("damaged", "damaged too"));
    assertThat(sandbox.faults()).isEmpty();
    assertThat(sandbox.violations(Optional.empty())).isEmpty();
  }

  @Test
  @DisplayName("What is never sent again Baileys asks of its phone, and reads from the answer")
  void missed() throws Sandbox.NotStarted {
    exchange(BOB, ALICE, "before");
    var group = alice.createGroup("Team", List.of(BOB, ANN));
    alice.send(group, "first in the group");
    bob.awaitText("first in the group");
    sandbox.fault("withhold_retries", Optional.of(BOB + ":1"), 100, Map.of());
    for (var chat : List.of(BOB, group)) {
      sandbox.fault("corrupt_enc", Optional.of(BOB + ":1"), 1, Map.of());
      var id = alice.send(chat, "missed in " + chat);
      var missed = bob.awaitText("missed in " + chat);

      assertThat(missed.id()).isEqualTo(id);
      assertThat(missed.fromMe()).isFalse();
    }
    assertThat(sandbox.violations(Optional.empty())).isEmpty();
  }

  @Test
  @DisplayName("What was linked stays linked when the sandbox starts again, and nothing is lost")
  void restart() throws Sandbox.NotStarted {
    exchange(BOB, ALICE, "before");
    bob.end();
    alice.send(BOB, "kept");
    await().untilAsserted(() -> assertThat(textsOf(ALICE)).contains("kept"));
    alice.end();
    sandbox.close();

    sandbox = Sandbox.start(SandboxSettings.inMemory().withFolder(folder.resolve("world")));
    bob.start(sandbox.wsUrl());
    bob.awaitText("kept");
    alice.start(sandbox.wsUrl());
    alice.awaitOpen();
    exchange(BOB, ALICE, "after");

    assertThat(textsOf(BOB)).contains("kept", "before to 1", "after to 1");
  }

  @Test
  @DisplayName("A companion that its phone unlinks is told so, and isn't let in again")
  void unlinked() {
    sandbox.unlink(ALICE, 1);

    assertThat(alice.awaitClose().code()).isEqualTo(401);
    assertThat(sandbox.phone(ALICE).devices()).isEmpty();
    alice.start(sandbox.wsUrl());
    assertThat(alice.awaitClose().code()).isEqualTo(401);
  }

  private void exchange(String toBob, String toAlice, String about) {
    for (int i = 0; i < MANY; i++) {
      alice.send(toBob, about + " to " + i);
      bob.awaitText(about + " to " + i);
      bob.send(toAlice, about + " back " + i);
      alice.awaitText(about + " back " + i);
    }
  }

  private static List<String> send(BaileysPeer from, String to, String about) {
    var texts = IntStream.range(0, MANY).mapToObj(i -> about + " " + i).toList();
    texts.forEach(text -> from.send(to, text));
    return texts;
  }

  private List<String> textsOf(String phone) {
    return sandbox.phoneMessages(phone).stream().map(Note::text).toList();
  }
}
