package holdfast.signal;

import java.util.random.RandomGenerator;

/// WhatsApp's padding of plaintexts before encryption: n bytes of value n, 1 ≤ n ≤ 16. Vectors
/// `padding.json`.
public final class Padding {
  private Padding() {}

  public static byte[] pad(byte[] plaintext, RandomGenerator random) {
    throw new UnsupportedOperationException();
  }

  /// @throws holdfast.crypto.Forged unless all pad bytes agree
  public static byte[] unpad(byte[] padded) {
    throw new UnsupportedOperationException();
  }
}
