package holdfast.sandbox.phone;

import holdfast.sandbox.world.Faults.Fault;
import holdfast.signal.Padding;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// A plaintext that isn't right before it is encrypted (the fault `corrupt_padding`), so that no
/// MAC tells.
///
/// The padding: pad bytes that don't agree (`uneven`), a last byte that is `zero` or too `large`,
/// more pad bytes than there are bytes (`short`). The protobuf under a good padding: `cut` within
/// its first field, a `key` of no wire type, a field that nobody knows (`unknown`), a text that is
/// no UTF-8 (`utf8`).
public final class Spoilt {
  public static final Set<String> WAYS =
      Set.of("uneven", "zero", "large", "short", "cut", "key", "unknown", "utf8");

  private static final int MOST_PAD = 16;

  /// The key of a field that is in no schema, number 262,127, with bytes in it.
  private static final byte[] UNKNOWN_KEY = {(byte) 0xFA, (byte) 0xFF, 0x7F};

  private Spoilt() {}

  /// `plaintext`: a protobuf whose first field holds bytes. Gives what is to be encrypted.
  static byte[] padded(byte[] plaintext, Fault fault, RandomGenerator random) {
    var seeded = new SplittableRandom(fault.number("seed", 0) + fault.count());
    return switch (fault.text("how").orElse("uneven")) {
      case "zero" -> with(plaintext, 0);
      case "large" -> with(plaintext, seeded.nextInt(MOST_PAD + 1, 256));
      case "short" -> filled(seeded.nextInt(1, MOST_PAD), MOST_PAD);
      case "cut" -> Padding.pad(Arrays.copyOf(plaintext, seeded.nextInt(1, 4)), random);
      case "key" -> Padding.pad(changed(plaintext, 0, plaintext[0] | 7), random);
      case "unknown" -> Padding.pad(unknown(plaintext), random);
      case "utf8" -> Padding.pad(changed(plaintext, 2, 0xFF), random);
      default -> uneven(plaintext, seeded.nextInt(2, MOST_PAD + 1));
    };
  }

  private static byte[] with(byte[] plaintext, int last) {
    var padded = Arrays.copyOf(plaintext, plaintext.length + 1);
    padded[plaintext.length] = (byte) last;
    return padded;
  }

  private static byte[] filled(int length, int value) {
    var bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] uneven(byte[] plaintext, int length) {
    var padded = Arrays.copyOf(plaintext, plaintext.length + length);
    Arrays.fill(padded, plaintext.length, padded.length, (byte) length);
    padded[plaintext.length] ^= 1;
    return padded;
  }

  private static byte[] changed(byte[] bytes, int at, int value) {
    var other = bytes.clone();
    other[at] = (byte) value;
    return other;
  }

  /// The first field under another key.
  private static byte[] unknown(byte[] plaintext) {
    var other = Arrays.copyOf(UNKNOWN_KEY, UNKNOWN_KEY.length + plaintext.length - 1);
    System.arraycopy(plaintext, 1, other, UNKNOWN_KEY.length, plaintext.length - 1);
    return other;
  }
}
