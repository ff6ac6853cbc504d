package holdfast.device;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.crypto.KeyPair;
import holdfast.signal.SignedPreKey;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BundlesTest {
  private static final Jid GOOD = Jid.lid("1");
  private static final Jid FORGED = Jid.lid("2").withDevice(3);
  private static final Jid NONE = Jid.lid("3");
  private static final Jid DAMAGED = Jid.lid("4");

  private final Random random = new Random(5);
  private final KeyPair identity = KeyPair.generate(random);
  private final SignedPreKey signed = SignedPreKey.generate(7, identity, random);

  @Test
  @DisplayName("Devices without a bundle, damaged and forged ones are left out; the rest is there")
  void parse() {
    var other = KeyPair.generate(random).publicKey();
    var answer =
        Element.of("iq")
            .containing(
                Element.of("list")
                    .containing(
                        user(GOOD, signed.pair().publicKey()),
                        user(FORGED, other),
                        Element.of("user")
                            .with("jid", NONE)
                            .containing(Element.of("error").with("code", 404)),
                        user(DAMAGED, new byte[31])));

    var bundles = Bundles.parse(answer);

    assertThat(bundles).containsOnlyKeys(GOOD);
    var bundle = bundles.values().iterator().next();
    assertThat(bundle.registrationId()).isEqualTo(0x1020304);
    assertThat(bundle.signedPreKeyId()).isEqualTo(7);
    assertThat(bundle.oneTime().orElseThrow().id()).isEqualTo(0x10203);
  }

  @Test
  @DisplayName("Keys come with or without their type byte")
  void typeByte() {
    var serialized = new byte[33];
    serialized[0] = 5;
    System.arraycopy(signed.pair().publicKey(), 0, serialized, 1, 32);

    assertThat(
            Bundles.parse(
                Element.of("iq").containing(Element.of("list").containing(user(GOOD, serialized)))))
        .containsOnlyKeys(GOOD);
  }

  private Element user(Jid jid, byte[] signedKey) {
    return Element.of("user")
        .with("jid", jid)
        .containing(
            Element.of("registration").containing(new byte[] {1, 2, 3, 4}),
            Element.of("type").containing(new byte[] {5}),
            Element.of("identity").containing(identity.publicKey()),
            Element.of("skey")
                .containing(
                    Element.of("id").containing(new byte[] {0, 0, 7}),
                    Element.of("value").containing(signedKey),
                    Element.of("signature").containing(signed.signature())),
            Element.of("key")
                .containing(
                    Element.of("id").containing(new byte[] {1, 2, 3}),
                    Element.of("value").containing(KeyPair.generate(random).publicKey())));
  }
}
