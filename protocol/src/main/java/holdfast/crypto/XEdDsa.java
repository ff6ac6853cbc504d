package holdfast.crypto;

import java.util.random.RandomGenerator;

/// Signatures by Curve25519 keys, 64 bytes, in WhatsApp's variant: the sign of the Edwards point
/// travels in the
/// top bit of the last byte. Source: Signal's XEdDSA specification. Scalar arithmetic is
/// constant-time.
public final class XEdDsa {
  private XEdDsa() {}

  /// Draws 64 bytes from `random`.
  public static byte[] sign(byte[] privateKey, byte[] message, RandomGenerator random) {
    throw new UnsupportedOperationException();
  }

  /// False for anything that isn't a signature of `message` by `publicKey` (32 bytes), whatever its
  /// length or form.
  public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    throw new UnsupportedOperationException();
  }
}
