package holdfast.signal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import holdfast.crypto.KeyPair;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Plays the conversations that Baileys recorded, both sides by our ratchets, with every record
/// going through its stored form between two steps.
class RatchetVectorsTest {
  private static final HexFormat HEX = HexFormat.of();

  @TestFactory
  @DisplayName("Each recorded conversation gives the same ciphertexts and the same plaintexts")
  Stream<DynamicTest> conversations() throws IOException {
    try (var stream = getClass().getResourceAsStream("/vectors/signal-1to1.json")) {
      var scenarios = new ObjectMapper().readTree(stream).get("scenarios");
      return StreamSupport.stream(scenarios.spliterator(), false)
          .filter(it -> !it.path("peerBug").asBoolean())
          .map(it -> DynamicTest.dynamicTest(it.get("name").asText(), () -> play(it)));
    }
  }

  private static void play(JsonNode scenario) {
    var parties = new HashMap<String, Party>();
    scenario
        .get("parties")
        .properties()
        .forEach(it -> parties.put(it.getKey(), new Party(it.getValue())));
    var messages = new HashMap<Integer, JsonNode>();
    for (var step : scenario.get("steps")) {
      var random = new Scripted(step);
      switch (step.get("op").asText()) {
        case "init" -> {
          var to = at(parties, step.get("to").asText());
          at(parties, step.get("from").asText()).initiate(to.bundle(step), random);
        }
        case "encrypt" -> {
          messages.put(step.get("msg").asInt(), step);
          at(parties, step.get("from").asText()).encrypts(step);
        }
        case "decrypt" ->
            at(parties, step.get("by").asText())
                .decrypts(step, at(messages, step.get("msg").asInt()), random);
        case "decryptRaw" -> at(parties, step.get("by").asText()).decryptsRaw(step, random);
        default -> throw new IllegalStateException("unknown step " + step);
      }
      random.requireAllUsed();
    }
  }

  private static <K, V> V at(Map<K, V> map, K key) {
    return Objects.requireNonNull(map.get(key));
  }

  private static byte[] hex(JsonNode node) {
    return HEX.parseHex(node.asText());
  }

  /// One side of a conversation.
  private static final class Party {
    private final Ratchet.Self self;
    private final JsonNode signedPreKey;
    private final Map<Integer, KeyPair> oneTime = new HashMap<>();
    private byte[] stored = Ratchet.NONE.encode();

    Party(JsonNode node) {
      self =
          new Ratchet.Self(
              KeyPair.of(hex(node.get("identityPriv"))), node.get("registrationId").asLong());
      signedPreKey = node.get("signedPreKey");
      node.get("preKeys")
          .forEach(key -> oneTime.put(key.get("id").asInt(), KeyPair.of(hex(key.get("priv")))));
    }

    Bundle bundle(JsonNode step) {
      var preKeyId = step.path("preKeyId");
      return new Bundle(
          self.registrationId(),
          self.identity().publicKey(),
          signedPreKey.get("id").asInt(),
          hex(signedPreKey.get("pub")),
          hex(signedPreKey.get("sig")),
          preKeyId.isInt()
              ? Optional.of(
                  new Bundle.OneTime(preKeyId.asInt(), at(oneTime, preKeyId.asInt()).publicKey()))
              : Optional.empty());
    }

    void initiate(Bundle bundle, RandomGenerator random) {
      stored = Ratchet.decode(stored).initiate(self, bundle, random).encode();
    }

    void encrypts(JsonNode step) {
      var encrypted = Ratchet.decode(stored).encrypt(self, hex(step.get("plaintext")));
      assertThat(encrypted.ciphertext().type().wire()).isEqualTo(step.get("type").asText());
      assertThat(HEX.formatHex(encrypted.ciphertext().bytes()))
          .isEqualTo(step.get("ciphertext").asText());
      stored = encrypted.next().encode();
    }

    void decrypts(JsonNode step, JsonNode message, RandomGenerator random) {
      var outcome = decrypt(message.get("type").asText(), hex(message.get("ciphertext")), random);
      if (step.get("ok").asBoolean()) {
        assertThat(outcome).isInstanceOf(Ratchet.Outcome.Plaintext.class);
        var plaintext = (Ratchet.Outcome.Plaintext) outcome;
        assertThat(plaintext.bytes()).isEqualTo(hex(message.get("plaintext")));
        plaintext.consumed().ifPresent(oneTime::remove);
        stored = plaintext.next().encode();
      } else {
        assertThat(outcome).isNotInstanceOf(Ratchet.Outcome.Plaintext.class);
      }
    }

    void decryptsRaw(JsonNode step, RandomGenerator random) {
      assertThat(decrypt(step.get("type").asText(), hex(step.get("ciphertext")), random))
          .isNotInstanceOf(Ratchet.Outcome.Plaintext.class);
    }

    private Ratchet.Outcome decrypt(String type, byte[] bytes, RandomGenerator random) {
      return Ratchet.decode(stored)
          .decrypt(
              self,
              type.equals("pkmsg") ? Ciphertext.Type.PKMSG : Ciphertext.Type.MSG,
              bytes,
              new Ratchet.PreKeys() {
                @Override
                public Optional<KeyPair> oneTime(int id) {
                  return Optional.ofNullable(oneTime.get(id));
                }

                @Override
                public Optional<KeyPair> signed(int id) {
                  return id == signedPreKey.get("id").asInt()
                      ? Optional.of(KeyPair.of(hex(signedPreKey.get("priv"))))
                      : Optional.empty();
                }
              },
              random);
    }
  }

  /// Gives the recorded private keys instead of random bytes.
  private static final class Scripted implements RandomGenerator {
    private final Queue<byte[]> keys = new ArrayDeque<>();

    Scripted(JsonNode step) {
      step.path("newKeys").forEach(it -> keys.add(hex(it.get("priv"))));
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(keys.remove(), 0, bytes, 0, bytes.length);
    }

    @Override
    public long nextLong() {
      throw new IllegalStateException("only keys are drawn");
    }

    void requireAllUsed() {
      assertThat(keys).isEmpty();
    }
  }
}
