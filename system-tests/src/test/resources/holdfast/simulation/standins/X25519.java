package holdfast.crypto;

/// Stands in for the curve while lives are simulated: a public key is its private key, turned over,
/// and two keys agree on their sum. Both sides of an agreement still come to the same bytes, and
/// other pairs to others; nothing is secret.
final class X25519 {
  static final int KEY_BYTES = 32;

  private X25519() {}

  static byte[] clamp(byte[] scalar) {
    return requireKey(scalar);
  }

  static byte[] publicKey(byte[] privateKey) {
    var result = requireKey(privateKey).clone();
    for (int at = 0; at < KEY_BYTES; at++) {
      result[at] = (byte) ~result[at];
    }
    return result;
  }

  static byte[] agree(byte[] privateKey, byte[] theirPublicKey) {
    var secret = publicKey(privateKey);
    requireKey(theirPublicKey);
    for (int at = 0; at < KEY_BYTES; at++) {
      secret[at] += theirPublicKey[at];
    }
    return secret;
  }

  private static byte[] requireKey(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new BadKey("a Curve25519 key has 32 bytes, not " + key.length);
    }
    return key;
  }
}
