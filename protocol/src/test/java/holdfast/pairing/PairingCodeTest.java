package holdfast.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.Golden;
import holdfast.crypto.BadKey;
import holdfast.crypto.KeyPair;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.MalformedStanza;
import holdfast.store.Credentials;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Linking by eight characters, held to the exchanges that Baileys made.
class PairingCodeTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final JsonNode VECTORS = Golden.read("pairing-code.json");
  private static final Device MAC = new Device("Mac OS", 1_035_194_821L);
  private static final byte[] REF = "ref-of-this-attempt".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OTHER = "ref-of-another".getBytes(StandardCharsets.US_ASCII);

  static Stream<JsonNode> codes() {
    return Golden.each(VECTORS.get("codes"));
  }

  static Stream<JsonNode> flows() {
    return Golden.each(VECTORS.get("flows"));
  }

  @ParameterizedTest
  @MethodSource("codes")
  @DisplayName("R10: five bytes are eight characters")
  void spells(JsonNode vector) {
    var bytes = HEX.parseHex(vector.get("bytes").asText());

    assertThat(PairingCode.characters(bytes)).isEqualTo(vector.get("code").asText());
    assertThat(PairingCode.begin("15550100001", script(bytes, new byte[32])).code())
        .isEqualTo(vector.get("code").asText());
  }

  @ParameterizedTest
  @MethodSource("flows")
  @DisplayName("R10: the companion's half is wrapped as Baileys wraps it")
  void saysHello(JsonNode flow) {
    var wrapped = hex(flow, "wrappedCompanionEphemeralPub");

    var hello = begun(flow).hello(credentials(flow), MAC, script(Arrays.copyOf(wrapped, 48)));

    var registration = hello.requireChild("link_code_companion_reg");
    assertThat(registration.require("stage")).isEqualTo("companion_hello");
    assertThat(registration.requireJid("jid")).isEqualTo(Jid.phone("15550100001"));
    assertThat(
            registration.requireChild("link_code_pairing_wrapped_companion_ephemeral_pub").bytes())
        .isEqualTo(wrapped);
    assertThat(registration.requireChild("companion_server_auth_key_pub").bytes())
        .isEqualTo(credentials(flow).noiseKey().publicKey());
    assertThat(registration.requireChild("companion_platform_display").text())
        .isEqualTo("Chrome (Mac OS)");
  }

  @ParameterizedTest
  @MethodSource("flows")
  @DisplayName("R10: what the phone answers leads to the bundle and the secret that Baileys has")
  void finishes(JsonNode flow) {
    var random = script(hex(flow, "advRandom"), hex(flow, "bundleSalt"), hex(flow, "bundleIv"));

    var finish = answered(flow).finish(typed(flow, REF), credentials(flow), random).orElseThrow();

    var registration = finish.iq().requireChild("link_code_companion_reg");
    assertThat(registration.require("stage")).isEqualTo("companion_finish");
    assertThat(registration.requireChild("link_code_pairing_wrapped_key_bundle").bytes())
        .isEqualTo(hex(flow, "wrappedKeyBundle"));
    assertThat(registration.requireChild("companion_identity_public").bytes())
        .isEqualTo(hex(flow.get("companionIdentity"), "pub"));
    assertThat(registration.requireChild("link_code_pairing_ref").bytes()).isEqualTo(REF);
    assertThat(finish.credentials().advSecret()).isEqualTo(hex(flow, "advSecret"));
  }

  @ParameterizedTest
  @MethodSource("flows")
  @DisplayName(
      "R10: what belongs to another attempt, or comes before the server's answer, is left alone")
  void ignoresOtherRefs(JsonNode flow) {
    var nothing = script();

    assertThat(answered(flow).finish(typed(flow, OTHER), credentials(flow), nothing)).isEmpty();
    assertThat(begun(flow).finish(typed(flow, REF), credentials(flow), nothing)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("flows")
  @DisplayName(
      "R10: the phone's half that comes again makes no second secret; what is typed anew makes one")
  void answersOnce(JsonNode flow) {
    var credentials = credentials(flow);
    var hello = typed(flow, REF);
    var first = answered(flow).finish(hello, credentials, new Random(1)).orElseThrow();

    assertThat(first.code().finish(hello, first.credentials(), script())).isEmpty();

    var wrapped = hex(flow, "wrappedPrimaryEphemeralPub");
    wrapped[0] ^= 1;
    var anew = typed(REF, wrapped, hex(flow.get("primaryIdentity"), "pub"));
    var second = first.code().finish(anew, first.credentials(), new Random(2)).orElseThrow();
    assertThat(second.credentials().advSecret()).isNotEqualTo(first.credentials().advSecret());
    assertThat(second.code().finish(anew, second.credentials(), script())).isEmpty();
  }

  @Test
  @DisplayName("A phone's half that is cut short or no key at all is malformed, not taken")
  void refusesBadHalves() {
    var flow = VECTORS.get("flows").get(0);
    var short79 = typed(REF, new byte[79], hex(flow.get("primaryIdentity"), "pub"));
    var noKey = typed(REF, hex(flow, "wrappedPrimaryEphemeralPub"), new byte[32]);

    assertThatThrownBy(() -> answered(flow).finish(short79, credentials(flow), new Random(1)))
        .isInstanceOf(MalformedStanza.class);
    assertThatThrownBy(() -> answered(flow).finish(noKey, credentials(flow), new Random(1)))
        .isInstanceOf(BadKey.class);
  }

  @Test
  @DisplayName("R25: a code is never shown by toString")
  void keepsQuiet() {
    var flow = VECTORS.get("flows").get(0);

    assertThat(begun(flow).toString()).doesNotContain(flow.get("code").asText());
  }

  private static PairingCode begun(JsonNode flow) {
    return new PairingCode(
        "15550100001",
        flow.get("code").asText(),
        KeyPair.of(hex(flow.get("companionEphemeral"), "priv")),
        Optional.empty(),
        Optional.empty());
  }

  private static PairingCode answered(JsonNode flow) {
    return begun(flow)
        .answered(
            Element.of("iq")
                .containing(
                    Element.of("link_code_companion_reg")
                        .containing(Element.of("link_code_pairing_ref").containing(REF))));
  }

  private static Element typed(JsonNode flow, byte[] ref) {
    return typed(
        ref, hex(flow, "wrappedPrimaryEphemeralPub"), hex(flow.get("primaryIdentity"), "pub"));
  }

  private static Element typed(byte[] ref, byte[] wrapped, byte[] identity) {
    return Element.of("notification")
        .containing(
            Element.of("link_code_companion_reg")
                .with("stage", "primary_hello")
                .containing(
                    Element.of("link_code_pairing_wrapped_primary_ephemeral_pub")
                        .containing(wrapped),
                    Element.of("primary_identity_pub").containing(identity),
                    Element.of("link_code_pairing_ref").containing(ref)));
  }

  private static Credentials credentials(JsonNode flow) {
    return PairingVectorTest.credentials(
        KeyPair.of(hex(flow.get("primaryEphemeral"), "priv")),
        KeyPair.of(hex(flow.get("companionIdentity"), "priv")),
        new byte[32]);
  }

  private static byte[] hex(JsonNode vector, String field) {
    return PairingVectorTest.hex(vector, field);
  }

  /// Gives these bytes, in this order, and no others.
  private static RandomGenerator script(byte[]... drawn) {
    var all = new ByteArrayOutputStream();
    for (var bytes : drawn) {
      all.writeBytes(bytes);
    }
    var left = ByteBuffer.wrap(all.toByteArray());
    return new RandomGenerator() {
      @Override
      public void nextBytes(byte[] target) {
        left.get(target);
      }

      @Override
      public long nextLong() {
        throw new IllegalStateException("only bytes are scripted");
      }
    };
  }
}
