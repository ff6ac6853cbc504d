package holdfast.crypto;

/// HKDF with SHA-256 (RFC 5869).
public final class Hkdf {
  /// Stands for "no salt" (32 zero bytes by the RFC) and for "no info".
  public static final byte[] NONE = {};

  private static final int BLOCK = 32;
  private static final byte[] NO_SALT = new byte[BLOCK];

  private Hkdf() {}

  /// `length` bytes, at most 8160.
  public static byte[] derive(byte[] inputKey, byte[] salt, byte[] info, int length) {
    if (length > 255 * BLOCK) {
      throw new IllegalArgumentException("HKDF-SHA256 gives at most 8160 bytes");
    }
    var pseudoRandomKey = Digests.hmacSha256(salt.length == 0 ? NO_SALT : salt, inputKey);
    var output = new byte[length];
    var block = NONE;
    for (int at = 0, counter = 1; at < length; at += BLOCK, counter++) {
      block = Digests.hmacSha256(pseudoRandomKey, block, info, new byte[] {(byte) counter});
      System.arraycopy(block, 0, output, at, Math.min(BLOCK, length - at));
    }
    return output;
  }
}
