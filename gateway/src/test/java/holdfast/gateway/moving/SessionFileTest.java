package holdfast.gateway.moving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.crypto.KeyPair;
import holdfast.signal.Ciphertext;
import holdfast.signal.Ratchet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Records that libsignal-node 2 (under Baileys 6) and 6 (under Baileys 7) left in the middle of a
/// conversation that messages were missing from. `late`: those; `renewed`: Alice's record after she
/// began anew by Bob's bundle, and `again` her first message after that.
class SessionFileTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private record Side(Ratchet.Self self, Ratchet ratchet, JsonNode json) {}

  private static JsonNode vectors(String version) throws IOException {
    return Fields.JSON.readTree(Files.readString(Folders.path("libsignal-" + version + ".json")));
  }

  private static Side side(JsonNode vectors, String name, String record) {
    var json = vectors.path(name);
    var identity =
        KeyPair.of(
            new Fields(name, "", json.path("identity")).at("private").key(),
            new Fields(name, "", json.path("identity")).at("public").key());
    return new Side(
        new Ratchet.Self(identity, json.path("registrationId").asLong()),
        ratchet(json.path(record)),
        json);
  }

  private static Ratchet ratchet(JsonNode record) {
    return SessionFile.ratchet(SessionFile.read(new Fields("session", "", record)));
  }

  /// As an export would write it and an import read it.
  private static Ratchet outAndIn(Ratchet ratchet) {
    var kept = new ArrayList<SessionFile.Kept>();
    for (var state : SessionFile.states(ratchet).toList()) {
      var record = Fields.JSON.createObjectNode();
      record.putObject("_sessions").set("base", Fields.JSON.valueToTree(SessionText.of(state, 1)));
      kept.addAll(SessionFile.read(new Fields("session", "", record)));
    }
    return SessionFile.ratchet(kept);
  }

  private static Ratchet.Outcome read(Side side, Ratchet ratchet, JsonNode message) {
    return ratchet.decrypt(
        side.self(),
        Ciphertext.Type.valueOf(message.path("type").asText().toUpperCase(Locale.ROOT)),
        Base64.getDecoder().decode(message.path("body").asText()),
        new Keys(side.json()),
        RANDOM);
  }

  private record Keys(JsonNode side) implements Ratchet.PreKeys {
    @Override
    public Optional<KeyPair> oneTime(int id) {
      return key("preKey", id);
    }

    @Override
    public Optional<KeyPair> signed(int id) {
      return key("signedPreKey", id);
    }

    private Optional<KeyPair> key(String name, int id) {
      return new Fields("side", "", side)
          .find(name)
          .filter(key -> key.at("id").number() == id)
          .map(key -> KeyPair.of(key.at("private").key(), key.at("public").key()));
    }
  }

  private static Ratchet reads(Side side, Ratchet ratchet, JsonNode message) {
    var outcome = read(side, ratchet, message);
    assertThat(outcome).isInstanceOf(Ratchet.Outcome.Plaintext.class);
    var plaintext = (Ratchet.Outcome.Plaintext) outcome;
    assertThat(new String(plaintext.bytes(), StandardCharsets.UTF_8))
        .isEqualTo(message.path("text").asText());
    return plaintext.next();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "6"})
  @DisplayName("R26 Late messages, of closed chains too, are read with the keys that were kept")
  void readsLateMessages(String version) throws IOException {
    var vectors = vectors(version);
    for (var name : List.of("alice", "bob")) {
      var side = side(vectors, name, "record");
      for (var start : List.of(side.ratchet(), outAndIn(side.ratchet()))) {
        var ratchet = start;
        for (var message : side.json().path("late")) {
          ratchet = reads(side, ratchet, message);
        }
        assertThat(read(side, ratchet, side.json().path("duplicate")))
            .isInstanceOf(Ratchet.Outcome.Duplicate.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "6"})
  @DisplayName("R26 Both sides go on from where they were, one by import, one by export and import")
  void goesOn(String version) throws IOException {
    var vectors = vectors(version);
    var alice = side(vectors, "alice", "record");
    var bob = side(vectors, "bob", "record");
    var ratchets = List.of(alice.ratchet(), outAndIn(bob.ratchet()));
    for (int turn = 0; turn < 4; turn++) {
      var from = turn % 2 == 0 ? alice : bob;
      var to = turn % 2 == 0 ? bob : alice;
      var sent = ratchets.get(turn % 2).encrypt(from.self(), "on".getBytes(StandardCharsets.UTF_8));
      assertThat(sent.ciphertext().type()).isEqualTo(Ciphertext.Type.MSG);
      var outcome =
          ratchets
              .get(1 - turn % 2)
              .decrypt(
                  to.self(),
                  sent.ciphertext().type(),
                  sent.ciphertext().bytes(),
                  new Keys(to.json()),
                  RANDOM);
      assertThat(outcome).isInstanceOf(Ratchet.Outcome.Plaintext.class);
      var next = ((Ratchet.Outcome.Plaintext) outcome).next();
      ratchets = turn % 2 == 0 ? List.of(sent.next(), next) : List.of(next, sent.next());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "6"})
  @DisplayName("R26 A ratchet that nobody has answered yet goes on with prekey messages")
  void keepsWhatIsPending(String version) throws IOException {
    var vectors = vectors(version);
    var alice = side(vectors, "alice", "renewed");
    var bob = side(vectors, "bob", "record");
    var begun = reads(bob, bob.ratchet(), vectors.path("again"));

    Stream.of(alice.ratchet(), outAndIn(alice.ratchet()))
        .forEach(
            ratchet -> {
              var sent = ratchet.encrypt(alice.self(), "too".getBytes(StandardCharsets.UTF_8));
              assertThat(sent.ciphertext().type()).isEqualTo(Ciphertext.Type.PKMSG);
              var outcome =
                  begun.decrypt(
                      bob.self(),
                      sent.ciphertext().type(),
                      sent.ciphertext().bytes(),
                      new Keys(bob.json()),
                      RANDOM);
              assertThat(outcome).isInstanceOf(Ratchet.Outcome.Plaintext.class);
              // What was spoken before is archived, and late messages of it are still read.
              reads(alice, sent.next(), alice.json().path("late").path(0));
            });
  }
}
