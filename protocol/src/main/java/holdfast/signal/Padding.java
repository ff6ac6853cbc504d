package holdfast.signal;

import holdfast.crypto.Forged;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// WhatsApp's padding of plaintexts before encryption: n bytes of value n, 1 ≤ n ≤ 16. Vectors
/// `padding.json`.
public final class Padding {
  private Padding() {}

  /// Draws one int for the length.
  public static byte[] pad(byte[] plaintext, RandomGenerator random) {
    var length = (random.nextInt() & 15) + 1;
    var padded = Arrays.copyOf(plaintext, plaintext.length + length);
    Arrays.fill(padded, plaintext.length, padded.length, (byte) length);
    return padded;
  }

  /// @throws Forged unless all pad bytes agree
  public static byte[] unpad(byte[] padded) {
    var length = padded.length == 0 ? 0 : padded[padded.length - 1] & 0xFF;
    if (length == 0 || length > 16 || length > padded.length) {
      throw new Forged("no padding");
    }
    for (var i = padded.length - length; i < padded.length; i++) {
      if (padded[i] != length) {
        throw new Forged("pad bytes that don't agree");
      }
    }
    return Arrays.copyOf(padded, padded.length - length);
  }
}
