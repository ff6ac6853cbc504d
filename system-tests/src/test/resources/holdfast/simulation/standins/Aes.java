package holdfast.crypto;

import java.util.Arrays;

/// Stands in for the ciphers while lives are simulated: what is encrypted can be read by anybody
/// and has the length that it should have. A sealed text still opens only with its key.
public final class Aes {
  private static final int BLOCK = 16;

  private Aes() {}

  public static byte[] gcmEncrypt(byte[] key, byte[] iv, byte[] additional, byte[] plaintext) {
    var sealed = Arrays.copyOf(plaintext, plaintext.length + BLOCK);
    System.arraycopy(tag(key, iv, additional, plaintext), 0, sealed, plaintext.length, BLOCK);
    return sealed;
  }

  public static byte[] gcmDecrypt(byte[] key, byte[] iv, byte[] additional, byte[] ciphertext) {
    int length = ciphertext.length - BLOCK;
    if (length < 0) {
      throw new Forged("the tag doesn't fit");
    }
    var plaintext = Arrays.copyOf(ciphertext, length);
    var tag = Arrays.copyOfRange(ciphertext, length, ciphertext.length);
    if (!Arrays.equals(tag, tag(key, iv, additional, plaintext))) {
      throw new Forged("the tag doesn't fit");
    }
    return plaintext;
  }

  private static byte[] tag(byte[] key, byte[] iv, byte[] additional, byte[] plaintext) {
    return Arrays.copyOf(Digests.hmacSha256(key, iv, additional, plaintext), BLOCK);
  }

  public static byte[] cbcEncrypt(byte[] key, byte[] iv, byte[] plaintext) {
    int padding = BLOCK - plaintext.length % BLOCK;
    var padded = Arrays.copyOf(plaintext, plaintext.length + padding);
    Arrays.fill(padded, plaintext.length, padded.length, (byte) padding);
    return padded;
  }

  public static byte[] cbcDecrypt(byte[] key, byte[] iv, byte[] ciphertext) {
    int padding = ciphertext.length == 0 ? 0 : ciphertext[ciphertext.length - 1];
    if (padding < 1 || padding > BLOCK || ciphertext.length % BLOCK != 0) {
      throw new Forged("length or padding don't fit");
    }
    return Arrays.copyOf(ciphertext, ciphertext.length - padding);
  }

  public static byte[] ctr(byte[] key, byte[] iv, byte[] input) {
    var output = input.clone();
    var stream = Digests.hmacSha512(key, iv);
    for (int at = 0; at < output.length; at++) {
      output[at] ^= stream[at % stream.length];
    }
    return output;
  }
}
