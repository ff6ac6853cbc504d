package holdfast.noise;

import static java.nio.charset.StandardCharsets.US_ASCII;

import holdfast.crypto.Aes;
import holdfast.crypto.BadKey;
import holdfast.crypto.Digests;
import holdfast.crypto.Forged;
import holdfast.crypto.Hkdf;
import holdfast.crypto.KeyPair;
import java.util.Arrays;

/// What both sides of a handshake keep: the hash of all that was said, the chaining key, and the
/// key and counter of the moment. Source: the Noise specification's "symmetric state", in
/// WhatsApp's form (protocol page 01 § 2).
final class Transcript {
  static final String XX = "Noise_XX_25519_AESGCM_SHA256\0\0\0\0";

  /// What is left of a resume handshake that the server has refused: an XX under another name.
  static final String XX_FALLBACK = "Noise_XXfallback_25519_AESGCM_SHA256";

  /// The keys of the two directions, in the initiator's words.
  record Directions(byte[] toResponder, byte[] toInitiator) {}

  private static final int HASH_BYTES = 32;

  private byte[] hash;
  private byte[] chainingKey;
  private byte[] key;
  private int counter;

  /// A name of exactly 32 bytes is its own hash. `introHeader` is the prologue.
  Transcript(String name, byte[] introHeader) {
    var bytes = name.getBytes(US_ASCII);
    hash = bytes.length == HASH_BYTES ? bytes : Digests.sha256(bytes);
    chainingKey = hash;
    key = hash;
    mixHash(introHeader);
  }

  void mixHash(byte[] said) {
    hash = Digests.sha256(hash, said);
  }

  /// Mixes in what `own` and `theirs` agree on.
  void mixAgreement(KeyPair own, byte[] theirs) {
    try {
      var both = Hkdf.derive(own.agree(theirs), chainingKey, Hkdf.NONE, 2 * HASH_BYTES);
      chainingKey = Arrays.copyOf(both, HASH_BYTES);
      key = Arrays.copyOfRange(both, HASH_BYTES, 2 * HASH_BYTES);
      counter = 0;
    } catch (BadKey e) {
      throw new NoiseFailure("the peer's key is of small order");
    }
  }

  byte[] seal(byte[] plaintext) {
    var sealed = Aes.gcmEncrypt(key, iv(counter++), hash, plaintext);
    mixHash(sealed);
    return sealed;
  }

  /// @throws NoiseFailure naming `what` can't be opened
  byte[] open(byte[] sealed, String what) {
    if (sealed.length < FrameCipher.TAG_BYTES) {
      throw new NoiseFailure("the " + what + " is missing or shorter than its tag");
    }
    try {
      var plaintext = Aes.gcmDecrypt(key, iv(counter++), hash, sealed);
      mixHash(sealed);
      return plaintext;
    } catch (Forged e) {
      throw new NoiseFailure("the " + what + " can't be opened");
    }
  }

  Directions split() {
    var both = Hkdf.derive(Hkdf.NONE, chainingKey, Hkdf.NONE, 2 * HASH_BYTES);
    return new Directions(
        Arrays.copyOf(both, HASH_BYTES), Arrays.copyOfRange(both, HASH_BYTES, 2 * HASH_BYTES));
  }

  /// Eight zero bytes and the counter, big-endian.
  static byte[] iv(long counter) {
    var iv = new byte[12];
    for (int index = 0; index < 4; index++) {
      iv[11 - index] = (byte) (counter >> (8 * index));
    }
    return iv;
  }
}
