package holdfast.sandbox.phone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.crypto.KeyPair;
import holdfast.sandbox.Vectors;
import holdfast.sandbox.world.Refused;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The phone's side of linking against what a real client computed.
class LinkingVectorsTest {
  @Test
  @DisplayName("The text of a QR is read as it was put together, with and without the link")
  void qr() {
    for (var vector : Vectors.read("qr").required("cases")) {
      var whole = vector.required("qr").asText();
      for (var text : List.of(whole, whole.substring(whole.indexOf('#') + 1))) {
        var qr = QrText.parse(text);
        assertThat(qr.ref()).isEqualTo(vector.required("ref").asText());
        assertThat(qr.noiseKey()).isEqualTo(hex(vector, "noisePub"));
        assertThat(qr.identity()).isEqualTo(hex(vector, "identityPub"));
        assertThat(qr.advSecret()).isEqualTo(hex(vector, "advSecret"));
      }
    }
  }

  @Test
  @DisplayName("What isn't the text of a linking code is refused")
  void notQr() {
    for (var text : List.of("", ",", "hello", "a,b,c,d", "2@ref,AAAA,AAAA,AAAA,1")) {
      assertThatThrownBy(() -> QrText.parse(text)).isInstanceOf(Refused.class);
    }
  }

  @Test
  @DisplayName("A companion's countersignature is taken when it is over what the phone accepted")
  void countersigned() {
    var vectors = Vectors.read("adv-pairing");
    var companion = hex(vectors.required("companionIdentity"), "pub");
    var good = vectors.required("cases").get(0);
    var signed = hex(good.required("adv"), "signed");
    var reply = hex(good.required("packageResult"), "replyIdentity");

    assertThat(Adv.countersigned(signed, reply, companion))
        .hasValueSatisfying(
            whole ->
                assertThat(whole)
                    .isEqualTo(hex(good.required("packageResult"), "accountForStanza")));
    assertThat(Adv.countersigned(signed, signed, companion)).isEmpty();
    assertThat(Adv.countersigned(signed, reply, hex(vectors.required("primaryIdentity"), "pub")))
        .isEmpty();
    var other = vectors.required("cases").get(1);
    assertThat(Adv.countersigned(hex(other.required("adv"), "signed"), reply, companion)).isEmpty();
  }

  @Test
  @DisplayName(
      "A pairing code's exchange ends in the companion's secret; a wrong code opens nothing")
  void code() {
    for (var flow : Vectors.read("pairing-code").required("flows")) {
      var wrapped = hex(flow, "wrappedCompanionEphemeralPub");
      var code = flow.required("code").asText();
      var typed =
          LinkCode.type(code, wrapped, random(hex(flow.required("primaryEphemeral"), "priv")));
      var primary = pair(flow.required("primaryIdentity"));
      var identity = hex(flow.required("companionIdentity"), "pub");
      var bundle = hex(flow, "wrappedKeyBundle");

      assertThat(typed.companionEphemeral())
          .isEqualTo(hex(flow.required("companionEphemeral"), "pub"));
      assertThat(LinkCode.open(typed, primary, identity, bundle))
          .hasValueSatisfying(
              opened -> assertThat(opened.advSecret()).isEqualTo(hex(flow, "advSecret")));
      assertThat(LinkCode.open(typed, primary, primary.publicKey(), bundle)).isEmpty();
      var wrong = LinkCode.type("11111111", wrapped, new Random(1));
      assertThat(LinkCode.open(wrong, primary, identity, bundle)).isEmpty();
    }
  }

  @Test
  @DisplayName("A typed code is read with dash, spaces and small letters")
  void normalized() {
    assertThat(LinkCode.normalized("abcd-1234")).isEqualTo("ABCD1234");
    assertThat(LinkCode.normalized(" ABCD 1234 ")).isEqualTo("ABCD1234");
  }

  @Test
  @DisplayName("The first patch of an account is byte for byte what a client would have made")
  void pushName() throws Exception {
    var vectors = Vectors.read("app-state");
    JsonNode vector =
        java.util.stream.StreamSupport.stream(vectors.required("collections").spliterator(), false)
            .filter(it -> it.required("name").asText().equals("critical_block"))
            .findFirst()
            .orElseThrow()
            .required("patches")
            .get(0);
    var action = holdfast.proto.SyncActionData.parseFrom(hex(vector, "syncActionData")).getValue();

    var seed = new AppStateSeed(hex(vectors.required("key"), "data"), random(hex(vector, "iv")));
    assertThat(seed.pushName(action.getPushNameSetting().getName(), action.getTimestamp()))
        .isEqualTo(hex(vector, "uploadedPatch"));
  }

  private static KeyPair pair(JsonNode node) {
    return KeyPair.of(hex(node, "priv"), hex(node, "pub"));
  }

  private static byte[] hex(JsonNode node, String field) {
    return HexFormat.of().parseHex(node.required(field).asText());
  }

  /// Gives these bytes first, then whatever.
  private static RandomGenerator random(byte[] first) {
    var bytes = ByteBuffer.wrap(first);
    return new Random(1) {
      @Override
      public void nextBytes(byte[] target) {
        super.nextBytes(target);
        bytes.get(target, 0, Math.min(target.length, bytes.remaining()));
      }
    };
  }
}
