package holdfast.crypto;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/// A Curve25519 key pair: a clamped private scalar and the Montgomery u-coordinate, 32 bytes each.
///
/// The arrays are shared, never copied: whoever holds a pair must not write to them. [#toString]
/// shows nothing.
public final class KeyPair {
  private final byte[] privateKey;
  private final byte[] publicKey;

  /// The sign of the public key's Edwards form, which only the private key tells and each signature
  /// needs: 0 or 0x80, or −1 until [XEdDsa] has computed it. A race computes it twice.
  private int edwardsSign = -1;

  private KeyPair(byte[] privateKey, byte[] publicKey) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /// Draws 32 bytes from `random` with one `nextBytes` call and clamps them. What a `SecureRandom`
  /// draws nobody can tell: instead of it the curve library's own generator may draw, which makes a
  /// pair in half the time.
  public static KeyPair generate(RandomGenerator random) {
    if (random instanceof SecureRandom && BoringSsl.isLoaded()) {
      return BoringSsl.generate();
    }
    var scalar = new byte[X25519.KEY_BYTES];
    random.nextBytes(scalar);
    return of(X25519.clamp(scalar));
  }

  /// The pair of a 32-byte private key; the public half is computed.
  public static KeyPair of(byte[] privateKey) {
    return of(privateKey, X25519.publicKey(privateKey));
  }

  /// A pair whose halves are both known (restored from a store): nothing is computed.
  public static KeyPair of(byte[] privateKey, byte[] publicKey) {
    if (privateKey.length != X25519.KEY_BYTES || publicKey.length != X25519.KEY_BYTES) {
      throw new BadKey("a Curve25519 key has 32 bytes");
    }
    return new KeyPair(privateKey, publicKey);
  }

  public byte[] privateKey() {
    return privateKey;
  }

  public byte[] publicKey() {
    return publicKey;
  }

  /// X25519 with the other side's 32-byte public key.
  /// @throws BadKey if the result is all zero (a small-order point)
  public byte[] agree(byte[] theirPublicKey) {
    return X25519.agree(privateKey, theirPublicKey);
  }

  int edwardsSign() {
    return edwardsSign;
  }

  void rememberEdwardsSign(int sign) {
    edwardsSign = sign;
  }

  @Override
  public String toString() {
    return "KeyPair";
  }
}
