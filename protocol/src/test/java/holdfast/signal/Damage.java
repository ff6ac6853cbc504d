package holdfast.signal;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// What can happen to bytes on their way, and what a hostile sender makes of them.
final class Damage {
  private Damage() {}

  /// Never the same bytes.
  static byte[] of(byte[] genuine, RandomGenerator random) {
    byte[] damaged;
    do {
      damaged = once(genuine, random);
      if (random.nextInt(4) == 0) {
        damaged = once(damaged, random);
      }
    } while (Arrays.equals(damaged, genuine));
    return damaged;
  }

  private static byte[] once(byte[] genuine, RandomGenerator random) {
    var bytes = genuine.clone();
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    var at = random.nextInt(bytes.length);
    switch (random.nextInt(7)) {
      case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> bytes[random.nextInt(Math.min(bytes.length, 50))] = (byte) random.nextInt();
      case 3 -> bytes = Arrays.copyOf(bytes, at);
      case 4 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(40));
      case 5 -> random.nextBytes(bytes);
      default -> bytes = Arrays.copyOfRange(bytes, at, bytes.length);
    }
    return bytes;
  }
}
