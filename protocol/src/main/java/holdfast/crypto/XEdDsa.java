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
    var nonceInput = new byte[64];
    random.nextBytes(nonceInput);
    var edwardsKey = EdwardsBase.multiple(privateKey);
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
    if (publicKey.length != X25519.KEY_BYTES || signature.length != SIGNATURE_BYTES) {
      return false;
    }
    var edwardsKey = edwards(publicKey);
    edwardsKey[31] |= (byte) (signature[63] & 0x80);
    var plain = signature.clone();
    plain[63] &= 0x7F;
    return Ed25519.verify(plain, 0, edwardsKey, 0, message, 0, message.length);
  }

  /// The Edwards y of a Montgomery u: (u − 1) / (u + 1); 0 for u = −1, whose inverse is taken as 0.
  private static byte[] edwards(byte[] publicKey) {
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
    X25519Field.inv(below, below);
    X25519Field.mul(above, below, above);
    X25519Field.normalize(above);
    var y = new byte[32];
    X25519Field.encode(above, y, 0);
    return y;
  }
}
