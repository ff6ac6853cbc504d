package holdfast.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import holdfast.crypto.KeyPair;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseVectorTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @ValueSource(strings = {"plain", "with-routing-info"})
  @DisplayName("As initiator every byte on the wire is that of the golden file")
  void initiator(String name) throws IOException {
    var vector = vector(name);
    var handshake =
        new ClientHandshake(
            pair(vector, "clientStatic"),
            hex(vector.get("root").get("pub")),
            hex(vector.get("routingInfo")),
            new FixedRandom(hex(vector.get("clientEphemeral").get("priv"))));

    assertThat(handshake.start()).isEqualTo(hex(vector.get("wireClientHello")));
    var finished =
        handshake.finish(
            payload(vector.get("wireServerHello")), hex(vector.get("clientPayload")), NOW);
    assertThat(finished.clientFinish()).isEqualTo(hex(vector.get("wireClientFinish")));
    assertThat(finished.serverStatic()).isEqualTo(hex(vector.get("serverStatic").get("pub")));
    checkFrames(
        finished.cipher(), vector.get("clientToServerFrames"), vector.get("serverToClientFrames"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "with-routing-info"})
  @DisplayName("As responder every byte on the wire is that of the golden file")
  void responder(String name) throws IOException {
    var vector = vector(name);
    var received = hex(vector.get("wireClientHello"));
    var intro = IntroHeader.read(received).orElseThrow();
    var handshake =
        new ServerHandshake(
            pair(vector, "serverStatic"),
            hex(vector.get("certChain")),
            intro.magic(),
            new FixedRandom(hex(vector.get("serverEphemeral").get("priv"))));

    var frames =
        new FrameSplitter(1 << 16)
            .feed(Arrays.copyOfRange(received, intro.length(), received.length));
    assertThat(intro.routingInfo()).isEqualTo(hex(vector.get("routingInfo")));
    assertThat(handshake.answer(frames.getFirst())).isEqualTo(hex(vector.get("wireServerHello")));
    var finished = handshake.finish(payload(vector.get("wireClientFinish")));
    assertThat(finished.clientStatic()).isEqualTo(hex(vector.get("clientStatic").get("pub")));
    assertThat(finished.clientPayload()).isEqualTo(hex(vector.get("clientPayload")));
    checkFrames(
        finished.cipher(), vector.get("serverToClientFrames"), vector.get("clientToServerFrames"));
  }

  private static void checkFrames(FrameCipher cipher, JsonNode sent, JsonNode received) {
    assertThat(sent).hasSize(3);
    assertThat(received).hasSize(3);
    for (var frame : sent) {
      var wire = FrameSplitter.frame(cipher.seal(hex(frame.get("plaintext"))));
      assertThat(wire).isEqualTo(hex(frame.get("wire")));
    }
    for (var frame : received) {
      var plaintext = cipher.open(payload(frame.get("wire")));
      assertThat(plaintext).isEqualTo(hex(frame.get("plaintext")));
    }
  }

  private static JsonNode vector(String name) throws IOException {
    try (var file = NoiseVectorTest.class.getResourceAsStream("/vectors/noise-xx.json")) {
      return new ObjectMapper()
          .readTree(file)
          .get("cases")
          .valueStream()
          .filter(vector -> vector.get("name").asText().equals(name))
          .findFirst()
          .orElseThrow();
    }
  }

  private static KeyPair pair(JsonNode vector, String name) {
    return KeyPair.of(hex(vector.get(name).get("priv")), hex(vector.get(name).get("pub")));
  }

  private static byte[] payload(JsonNode wire) {
    var frames = new FrameSplitter(1 << 16).feed(hex(wire));
    assertThat(frames).hasSize(1);
    return frames.getFirst();
  }

  private static byte[] hex(JsonNode text) {
    return text.isNull() ? new byte[0] : HexFormat.of().parseHex(text.asText());
  }
}
