package holdfast.crypto;

import java.util.random.RandomGenerator;

/// Stands in for signatures while lives are simulated: a hash of key and message, which anybody
/// could make. Only what was signed under a key passes for it.
public final class XEdDsa {
  private XEdDsa() {}

  public static byte[] sign(byte[] privateKey, byte[] message, RandomGenerator random) {
    return Digests.sha512(X25519.publicKey(privateKey), message);
  }

  public static byte[] sign(KeyPair pair, byte[] message, RandomGenerator random) {
    return Digests.sha512(pair.publicKey(), message);
  }

  public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    return Digests.equal(Digests.sha512(publicKey, message), signature);
  }
}
