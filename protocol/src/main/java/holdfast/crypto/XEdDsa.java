package holdfast.crypto;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc7748.X25519Field;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// Signatures by Curve25519 keys, 64 bytes, in WhatsApp's variant: the sign of the Edwards point
/// travels in the top bit of the last byte. Source: Signal's XEdDSA specification; vectors
/// `xeddsa.json`. Scalar arithmetic is constant-time.
public final class XEdDsa {
  private static final int SIGNATURE_BYTES = 64;

  /// The hash that makes the nonce begins so, to be apart from all others: 2^256 − 1 − 1,
  /// little-endian.
  private static final byte[] NONCE_PREFIX = noncePrefix();

  private XEdDsa() {}

  private static byte[] noncePrefix() {
    var prefix = new byte[32];
    Arrays.fill(prefix, (byte) 0xFF);
    prefix[0] = (byte) 0xFE;
    return prefix;
  }

  /// Draws 64 bytes from `random`.
  public static byte[] sign(byte[] privateKey, byte[] message, RandomGenerator random) {
    var scalar = X25519.clamp(privateKey.clone());
    return sign(scalar, EdwardsBase.multiple(scalar), message, random);
  }

  /// The same signature; from the second one of this pair on in half the time.
  public static byte[] sign(KeyPair pair, byte[] message, RandomGenerator random) {
    var scalar = X25519.clamp(pair.privateKey().clone());
    if (pair.edwardsSign() < 0) {
      var edwardsKey = EdwardsBase.multiple(scalar);
      pair.rememberEdwardsSign(edwardsKey[31] & 0x80);
      return sign(scalar, edwardsKey, message, random);
    }
    return sign(scalar, edwards(pair.publicKey(), pair.edwardsSign()), message, random);
  }

  private static byte[] sign(
      byte[] privateKey, byte[] edwardsKey, byte[] message, RandomGenerator random) {
    var nonceInput = new byte[64];
    random.nextBytes(nonceInput);
    var nonce = Scalar.reduce(Digests.sha512(NONCE_PREFIX, privateKey, message, nonceInput));
    var commitment = EdwardsBase.multiple(nonce);
    var challenge = Scalar.reduce(Digests.sha512(commitment, edwardsKey, message));
    var answer = Scalar.multiplyAdd(challenge, privateKey, nonce);
    var signature = Arrays.copyOf(commitment, SIGNATURE_BYTES);
    System.arraycopy(answer, 0, signature, 32, 32);
    signature[63] = (byte) ((signature[63] & 0x7F) | (edwardsKey[31] & 0x80));
    return signature;
  }

  /// False for anything that isn't a signature of `message` by `publicKey` (32 bytes), whatever its
  /// length or form.
  public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    return isWellFormed(publicKey, signature)
        && (BoringSsl.isLoaded()
            ? BoringSsl.verify(edwards(publicKey, signature[63]), message, plain(signature))
            : verifyPortably(publicKey, message, signature));
  }

  static boolean verifyPortably(byte[] publicKey, byte[] message, byte[] signature) {
    var edwardsKey = edwards(publicKey, signature[63]);
    return Ed25519.verify(plain(signature), 0, edwardsKey, 0, message, 0, message.length);
  }

  private static boolean isWellFormed(byte[] publicKey, byte[] signature) {
    return publicKey.length == X25519.KEY_BYTES && signature.length == SIGNATURE_BYTES;
  }

  /// Without the sign that travels in it: an Ed25519 signature.
  private static byte[] plain(byte[] signature) {
    var plain = signature.clone();
    plain[63] &= 0x7F;
    return plain;
  }

  /// The Edwards y of a Montgomery u: (u − 1) / (u + 1); 0 for u = −1, whose inverse is taken as 0.
  /// The sign is the top bit of `sign`.
  private static byte[] edwards(byte[] publicKey, int sign) {
    var u = X25519Field.create();
    X25519Field.decode255(publicKey, u);
    var above = X25519Field.create();
    var below = X25519Field.create();
    var one = X25519Field.create();
    X25519Field.one(one);
    X25519Field.sub(u, one, above);
    X25519Field.add(u, one, below);
    X25519Field.carry(above);
    X25519Field.carry(below);
    X25519Field.invVar(below, below); // of a public key: its time may show
    X25519Field.mul(above, below, above);
    X25519Field.normalize(above);
    var y = new byte[32];
    X25519Field.encode(above, y, 0);
    y[31] |= (byte) (sign & 0x80);
    return y;
  }
}
