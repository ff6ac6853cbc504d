package holdfast.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.Golden;
import holdfast.crypto.KeyPair;
import holdfast.crypto.XEdDsa;
import holdfast.proto.ADVSignedDeviceIdentity;
import holdfast.signal.SignedPreKey;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.MalformedStanza;
import holdfast.stanza.StanzaCodec;
import holdfast.store.Account;
import holdfast.store.Credentials;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Becoming a companion, held to what Baileys sends and takes.
class PairingVectorTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final Device MAC = new Device("Mac OS", 1_035_194_821L);
  private static final JsonNode ADV = Golden.read("adv-pairing.json");
  private static final JsonNode PAYLOAD = Golden.read("client-payload.json");

  static Stream<JsonNode> qrs() {
    return Golden.each(Golden.read("qr.json").get("cases"));
  }

  @ParameterizedTest
  @MethodSource("qrs")
  @DisplayName("R9: a QR's text is ref, noise key, identity key, adv secret and the platform")
  void writesQr(JsonNode vector) {
    var credentials =
        credentials(
            publicOnly(vector, "noisePub"),
            publicOnly(vector, "identityPub"),
            hex(vector, "advSecret"));
    // We are always Chrome (1); a vector of another platform differs in its last field alone.
    var platform = vector.get("platformId").asText();
    var expected = vector.get("qr").asText();
    var ours = expected.substring(0, expected.length() - platform.length()) + "1";

    assertThat(QrText.of(vector.get("ref").asText(), credentials)).isEqualTo(ours);
  }

  @Test
  @DisplayName("A registration's payload is that of Baileys, byte for byte")
  void registers() {
    var signed = PAYLOAD.get("signedPreKey");
    var credentials =
        new Credentials(
            KeyPair.generate(new Random(1)),
            publicOnly(PAYLOAD, "identityPub"),
            new SignedPreKey(
                signed.get("id").asInt(), publicOnly(signed, "pub"), hex(signed, "sig")),
            Optional.empty(),
            PAYLOAD.get("registrationId").asInt(),
            new byte[32],
            Optional.empty());

    assertThat(HEX.formatHex(Payloads.registration(credentials, MAC)))
        .isEqualTo(PAYLOAD.at("/registration/hex").asText());
  }

  @Test
  @DisplayName("A login's payload is that of Baileys, but that LIDs are known to us")
  void logsIn() {
    var account =
        new Account(
            Jid.phone("15559990000").withDevice(7),
            Jid.lid("210000000000009").withDevice(7),
            Optional.empty(),
            "android");

    // The last byte is the value of lidDbMigrated, the field of the highest number.
    var theirs = PAYLOAD.at("/login/hex").asText();
    assertThat(HEX.formatHex(Payloads.login(account, MAC)))
        .isEqualTo(theirs.substring(0, theirs.length() - 2) + "01");
  }

  static Stream<JsonNode> pairings() {
    return Golden.each(ADV.get("cases"));
  }

  @ParameterizedTest
  @MethodSource("pairings")
  @DisplayName("R9: a phone's word is taken when secret and signature fit, and only then")
  void takesPairSuccess(JsonNode vector) throws Exception {
    var credentials = companion();
    var iq = StanzaCodec.decode(hex(vector, "stanzaHex"));

    var outcome = PairSuccess.take(iq, credentials, new Random(3));

    boolean good =
        vector.get("hmacExpectedValid").asBoolean()
            && vector.get("accountSignatureExpectedValid").asBoolean();
    if (!good) {
      var reason =
          vector.get("hmacExpectedValid").asBoolean() ? "signature-mismatch" : "hmac-mismatch";
      assertThat(outcome).isEqualTo(new PairSuccess.Outcome.Refused(reason, refusal(iq, reason)));
      return;
    }
    linked(vector, iq, (PairSuccess.Outcome.Linked) outcome);
  }

  private static void linked(JsonNode vector, Element iq, PairSuccess.Outcome.Linked linked)
      throws Exception {
    var peer = vector.get("packageResult");
    assertThat(linked.account().jid().toString()).isEqualTo(peer.at("/me/id").asText());
    assertThat(linked.account().lid().toString()).isEqualTo(peer.at("/me/lid").asText());
    assertThat(linked.account().pushName()).contains(peer.at("/me/name").asText());
    assertThat(linked.accountKey()).isEqualTo(hex(ADV.get("primaryIdentity"), "pub"));

    // The signature is drawn anew each time, so it is verified; everything else is as the peer has.
    var stored = ADVSignedDeviceIdentity.parseFrom(linked.credentials().deviceIdentity().get());
    var theirs = ADVSignedDeviceIdentity.parseFrom(hex(peer, "accountForStanza"));
    assertThat(stored.toBuilder().clearDeviceSignature().build())
        .isEqualTo(theirs.toBuilder().clearDeviceSignature().build());
    var signed = new ByteArrayOutputStream();
    signed.writeBytes(new byte[] {6, 1});
    signed.writeBytes(stored.getDetails().toByteArray());
    signed.writeBytes(hex(ADV.get("companionIdentity"), "pub"));
    signed.writeBytes(linked.accountKey());
    var signature = stored.getDeviceSignature().toByteArray();
    assertThat(
            XEdDsa.verify(
                hex(ADV.get("companionIdentity"), "pub"), signed.toByteArray(), signature))
        .isTrue();

    var identity = linked.reply().requireChild("pair-device-sign").requireChild("device-identity");
    var sent = ADVSignedDeviceIdentity.parseFrom(identity.bytes());
    assertThat(sent).isEqualTo(stored.toBuilder().clearAccountSignatureKey().build());
    var peerReply = StanzaCodec.decode(hex(peer, "replyHex"));
    var peerIdentity = peerReply.requireChild("pair-device-sign").requireChild("device-identity");
    assertThat(identity.attributes()).isEqualTo(peerIdentity.attributes());
    assertThat(linked.reply().attributes()).isEqualTo(peerReply.attributes());
    assertThat(linked.reply().require("id")).isEqualTo(iq.require("id"));
  }

  private static Element refusal(Element iq, String reason) {
    return Element.of("iq")
        .with("to", Jid.SERVER)
        .with("type", "error")
        .with("id", iq.require("id"))
        .containing(Element.of("error").with("code", 401).with("text", reason));
  }

  @Test
  @DisplayName(
      "A phone's word without a device, or with one that can't be a companion, is malformed")
  void refusesOddDevices() {
    var iq = StanzaCodec.decode(hex(ADV.get("cases").get(0), "stanzaHex"));
    var success = iq.requireChild("pair-success");
    var identity = success.requireChild("device-identity");
    var lid = Jid.lid("210000000000009").withDevice(7);
    for (var jid :
        new Jid[] {
          Jid.phone("15559990000"), Jid.phone("ann").withDevice(7), Jid.lid("155599").withDevice(7)
        }) {
      var odd =
          iq.containing(
              success.containing(identity, Element.of("device").with("jid", jid).with("lid", lid)));
      assertThatThrownBy(() -> PairSuccess.take(odd, companion(), new Random(3)))
          .isInstanceOf(MalformedStanza.class);
    }
    var none = iq.containing(success.containing(identity));
    assertThatThrownBy(() -> PairSuccess.take(none, companion(), new Random(3)))
        .isInstanceOf(MalformedStanza.class);
  }

  private static Credentials companion() {
    return credentials(
        KeyPair.generate(new Random(1)),
        KeyPair.of(hex(ADV.get("companionIdentity"), "priv")),
        hex(ADV, "advSecret"));
  }

  static Credentials credentials(KeyPair noise, KeyPair identity, byte[] advSecret) {
    return new Credentials(
        noise,
        identity,
        new SignedPreKey(1, KeyPair.generate(new Random(2)), new byte[64]),
        Optional.empty(),
        77,
        advSecret,
        Optional.empty());
  }

  /// Where only the public half matters.
  private static KeyPair publicOnly(JsonNode vector, String field) {
    return KeyPair.of(new byte[32], hex(vector, field));
  }

  static byte[] hex(JsonNode vector, String field) {
    return HEX.parseHex(vector.get(field).asText());
  }
}
