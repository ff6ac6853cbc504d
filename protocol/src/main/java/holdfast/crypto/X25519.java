package holdfast.crypto;

/// Diffie-Hellman on Curve25519 (RFC 7748): by [BoringSsl] where it loads, else by BouncyCastle.
/// Both give the same bytes.
final class X25519 {
  static final int KEY_BYTES = 32;

  private X25519() {}

  /// Sets and clears, in place, the bits of a scalar that RFC 7748 § 5 fixes.
  static byte[] clamp(byte[] scalar) {
    requireKey(scalar);
    org.bouncycastle.math.ec.rfc7748.X25519.clampPrivateKey(scalar);
    return scalar;
  }

  /// BouncyCastle's fixed-base multiplication beats a native agreement with the base point.
  static byte[] publicKey(byte[] privateKey) {
    var result = new byte[KEY_BYTES];
    org.bouncycastle.math.ec.rfc7748.X25519.scalarMultBase(requireKey(privateKey), 0, result, 0);
    return result;
  }

  static byte[] agree(byte[] privateKey, byte[] theirPublicKey) {
    requireKey(theirPublicKey);
    return BoringSsl.isLoaded()
        ? requireNonZero(BoringSsl.agree(privateKey, theirPublicKey))
        : portably(privateKey, theirPublicKey);
  }

  static byte[] portably(byte[] privateKey, byte[] theirPublicKey) {
    var secret = new byte[KEY_BYTES];
    org.bouncycastle.math.ec.rfc7748.X25519.scalarMult(privateKey, 0, theirPublicKey, 0, secret, 0);
    return requireNonZero(secret);
  }

  private static byte[] requireKey(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new BadKey("a Curve25519 key has 32 bytes, not " + key.length);
    }
    return key;
  }

  /// In constant time: the secret's bits must not show in how long this takes.
  private static byte[] requireNonZero(byte[] secret) {
    var bits = 0;
    for (var each : secret) {
      bits |= each;
    }
    if (bits == 0) {
      throw new BadKey("a public key of small order");
    }
    return secret;
  }
}
