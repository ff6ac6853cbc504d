package holdfast.pairing;

import holdfast.crypto.Aes;
import holdfast.crypto.Digests;
import holdfast.crypto.Hkdf;
import holdfast.crypto.KeyPair;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.store.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Linking by eight characters that a person types on the phone: both sides prove that they know
/// the code by wrapping their ephemeral keys with it. A VALUE for the life of one code. Source:
/// protocol page 03 § 3; vectors `pairing-code.json`.
///
/// `ref`: what the server calls this attempt, once it has answered. `heard`: the phone's half that
/// was answered last.
public record PairingCode(
    String phone, String code, KeyPair ephemeral, Optional<byte[]> ref, Optional<byte[]> heard) {
  private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTVWXYZ";
  private static final int ITERATIONS = 131_072;
  private static final byte[] BUNDLE_INFO =
      "link_code_pairing_key_bundle_encryption_key".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SECRET_INFO = "adv_secret".getBytes(StandardCharsets.US_ASCII);
  private static final String REGISTRATION = "link_code_companion_reg";

  /// The last step's outcome: the iq to send, the credentials with their new adv secret, stored
  /// before it is sent, and what the code is from then on.
  public record Finish(Element iq, Credentials credentials, PairingCode code) {}

  /// Draws 5 bytes for the code, then the ephemeral pair.
  public static PairingCode begin(String phone, RandomGenerator random) {
    var bytes = new byte[5];
    random.nextBytes(bytes);
    return new PairingCode(
        phone, characters(bytes), KeyPair.generate(random), Optional.empty(), Optional.empty());
  }

  /// 5 bytes as 8 characters, most significant bits first.
  static String characters(byte[] bytes) {
    long bits = 0;
    for (var each : bytes) {
      bits = bits << 8 | (each & 0xFF);
    }
    var text = new StringBuilder(8);
    for (var shift = 35; shift >= 0; shift -= 5) {
      text.append(ALPHABET.charAt((int) (bits >> shift & 31)));
    }
    return text.toString();
  }

  /// The first iq. Draws salt (32) and IV (16).
  public Element hello(Credentials credentials, Device device, RandomGenerator random) {
    var salt = draw(32, random);
    var iv = draw(16, random);
    var wrapped = Aes.ctr(key(salt), iv, ephemeral.publicKey());
    return set(
        Element.of(REGISTRATION)
            .with("jid", Jid.phone(phone))
            .with("stage", "companion_hello")
            .with("should_show_push_notification", "true")
            .containing(
                Element.of("link_code_pairing_wrapped_companion_ephemeral_pub")
                    .containing(concat(salt, iv, wrapped)),
                Element.of("companion_server_auth_key_pub")
                    .containing(credentials.noiseKey().publicKey()),
                Element.of("companion_platform_id").containing("1"),
                Element.of("companion_platform_display").containing(device.codeDisplayName()),
                Element.of("link_code_pairing_nonce").containing(new byte[] {0})));
  }

  /// The server's answer to [#hello].
  public PairingCode answered(Element iq) {
    var reference = iq.requireChild(REGISTRATION).requireChild("link_code_pairing_ref").bytes();
    return new PairingCode(phone, code, ephemeral, Optional.of(reference), heard);
  }

  /// The person has typed the code: `notification` brings the phone's half. Empty when it belongs
  /// to another attempt, or is the one that was answered last, delivered again: a second answer
  /// would hold a second secret, and the phone signs with the first. Who types once more, after a
  /// wrong code, makes another half.
  ///
  /// Draws the adv random (32), the bundle's salt (32) and IV (12).
  public Optional<Finish> finish(
      Element notification, Credentials credentials, RandomGenerator random) {
    var registration = notification.requireChild(REGISTRATION);
    var reference = registration.requireChild("link_code_pairing_ref").bytes();
    if (!ref.map(ours -> Arrays.equals(ours, reference)).orElse(false)) {
      return Optional.empty();
    }
    var wrapped =
        registration.requireChild("link_code_pairing_wrapped_primary_ephemeral_pub").bytes(80);
    var primaryIdentity = registration.requireChild("primary_identity_pub").bytes(32);
    var half = concat(wrapped, primaryIdentity);
    if (heard.filter(last -> Arrays.equals(last, half)).isPresent()) {
      return Optional.empty();
    }
    var primaryEphemeral =
        Aes.ctr(
            key(Arrays.copyOf(wrapped, 32)),
            Arrays.copyOfRange(wrapped, 32, 48),
            Arrays.copyOfRange(wrapped, 48, 80));
    var shared = ephemeral.agree(primaryEphemeral);
    var identityShared = credentials.identityKey().agree(primaryIdentity);
    var secretRandom = draw(32, random);
    var bundle = bundle(shared, credentials, primaryIdentity, secretRandom, random);
    var secret =
        Hkdf.derive(concat(shared, identityShared, secretRandom), Hkdf.NONE, SECRET_INFO, 32);
    var iq =
        set(
            Element.of(REGISTRATION)
                .with("jid", Jid.phone(phone))
                .with("stage", "companion_finish")
                .containing(
                    Element.of("link_code_pairing_wrapped_key_bundle").containing(bundle),
                    Element.of("companion_identity_public")
                        .containing(credentials.identityKey().publicKey()),
                    Element.of("link_code_pairing_ref").containing(reference)));
    var after = new PairingCode(phone, code, ephemeral, ref, Optional.of(half));
    return Optional.of(new Finish(iq, credentials.withAdvSecret(secret), after));
  }

  private static byte[] bundle(
      byte[] shared,
      Credentials credentials,
      byte[] primaryIdentity,
      byte[] secretRandom,
      RandomGenerator random) {
    var salt = draw(32, random);
    var iv = draw(12, random);
    var bundleKey = Hkdf.derive(shared, salt, BUNDLE_INFO, 32);
    var plaintext = concat(credentials.identityKey().publicKey(), primaryIdentity, secretRandom);
    return concat(salt, iv, Aes.gcmEncrypt(bundleKey, iv, new byte[0], plaintext));
  }

  private byte[] key(byte[] salt) {
    return Digests.pbkdf2(code.getBytes(StandardCharsets.US_ASCII), salt, ITERATIONS);
  }

  private static Element set(Element child) {
    return Element.of("iq")
        .with("to", Jid.SERVER)
        .with("type", "set")
        .with("xmlns", "md")
        .containing(child);
  }

  private static byte[] draw(int length, RandomGenerator random) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] concat(byte[]... parts) {
    var all = new java.io.ByteArrayOutputStream();
    for (var part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /// Never shows the code.
  @Override
  public String toString() {
    return "PairingCode[]";
  }
}
