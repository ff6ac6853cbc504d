package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.proto.PreKeyWhisperMessage;
import holdfast.proto.WhisperMessage;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.store.Event;
import holdfast.store.Outbound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Processes end at random instants: before a commit, after it, between two stanzas.
class CrashTest {
  private static final int MESSAGES = 40;
  private static final int MAC_BYTES = 8;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  @DisplayName("R22: a crash at any instant loses nothing, doubles nothing, reuses no key")
  void survives(long seed) {
    var random = new Random(seed);
    var world = new World();
    var ann = world.person("15550100001", 0, 3);
    var ben = world.person("15550100002", 0, 7);
    var group = world.group("120363025246125486", ann, ben);
    var gateways = List.of(ann.device(3), ben.device(7));
    gateways.forEach(it -> it.crashes = () -> random.nextInt(12) == 0);
    var expected = new HashMap<Companion, List<String>>();
    var rows = new ArrayList<Map.Entry<Companion, Outbound>>();
    for (int number = 0; number < MESSAGES; number++) {
      var author = gateways.get(number % 2);
      var other = author == gateways.get(0) ? ben : ann;
      var to = random.nextInt(3) == 0 ? group : other.phone;
      revive(author);
      var text = (to.isGroup() ? "group " : "chat ") + number;
      if (sent(author, to, text, rows)) {
        expected.computeIfAbsent(author, _ -> new ArrayList<>()).add(text);
      }
      if (random.nextBoolean()) {
        world.run();
      }
    }
    gateways.forEach(it -> it.crashes = () -> false);
    world.run();
    for (int round = 0; round < 3; round++) {
      gateways.forEach(Companion::disconnect);
      gateways.forEach(Companion::connect);
      world.run();
    }

    assertThat(rows).allMatch(row -> row.getKey().row(row.getValue()).stanza().isPresent());
    check(ben.device(7), expected.getOrDefault(gateways.get(0), List.of()), ann);
    check(ben.device(0), expected.getOrDefault(gateways.get(0), List.of()), ann);
    check(ann.device(3), expected.getOrDefault(gateways.get(1), List.of()), ben);
    check(ann.device(0), expected.getOrDefault(gateways.get(1), List.of()), ben);
    gateways.forEach(it -> assertThat(world.undelivered(it)).isZero());
    gateways.forEach(it -> onePlaintextAKey(world.messages(it)));
    gateways.forEach(it -> sameBytesAgain(world.messages(it)));
  }

  private static void revive(Companion companion) {
    while (!companion.connected) {
      companion.connect();
    }
  }

  /// Whether the request was committed: what a caller can't know is asked for again under its key.
  private static boolean sent(
      Companion author, Jid to, String text, List<Map.Entry<Companion, Outbound>> rows) {
    var row = author.send(to, text);
    if (author.peek().outbound(row.id()).isEmpty()) {
      return false;
    }
    rows.add(Map.entry(author, row));
    return true;
  }

  /// Each chat in its order, each text once.
  private static void check(Companion reader, List<String> texts, World.Person author) {
    var read =
        reader.received().stream()
            .filter(event -> event.from().lid().equals(java.util.Optional.of(author.lid)))
            .toList();
    for (var chat : List.of("group ", "chat ")) {
      assertThat(
              read.stream()
                  .map(event -> event.text().orElse(""))
                  .filter(text -> text.startsWith(chat)))
          .as("%s in %s", reader, chat)
          .containsExactlyElementsOf(texts.stream().filter(text -> text.startsWith(chat)).toList());
    }
    assertThat(reader.all(Event.MessageUndecryptable.class)).isEmpty();
  }

  /// A ratchet key and counter of one device never stand before two different ciphertexts.
  private static void onePlaintextAKey(List<Element> messages) {
    var seen = new HashMap<String, String>();
    for (var message : messages) {
      message.child("participants").stream()
          .flatMap(all -> all.children().stream())
          .forEach(
              to -> {
                var enc = to.requireChild("enc");
                var key = to.require("jid") + "|" + ratchetPosition(enc);
                var bytes = HexFormat.of().formatHex(enc.bytes());
                assertThat(seen.getOrDefault(key, bytes)).as(key).isEqualTo(bytes);
                seen.put(key, bytes);
              });
    }
    assertThat(seen).isNotEmpty();
  }

  private static String ratchetPosition(Element enc) {
    try {
      var bytes = enc.bytes();
      if (enc.require("type").equals("pkmsg")) {
        bytes =
            PreKeyWhisperMessage.parseFrom(Arrays.copyOfRange(bytes, 1, bytes.length))
                .getMessage()
                .toByteArray();
      }
      var message =
          WhisperMessage.parseFrom(Arrays.copyOfRange(bytes, 1, bytes.length - MAC_BYTES));
      return HexFormat.of().formatHex(message.getRatchetKey().toByteArray())
          + "|"
          + message.getCounter();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static void sameBytesAgain(List<Element> messages) {
    var first = new HashMap<String, Element>();
    for (var message : messages) {
      var id = message.require("id");
      assertThat(message).as(id).isEqualTo(first.getOrDefault(id, message));
      first.put(id, message);
    }
  }
}
