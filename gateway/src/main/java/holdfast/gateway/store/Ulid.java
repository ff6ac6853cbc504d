package holdfast.gateway.store;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Names that sort by time: 48 bits of milliseconds and 80 random ones, in Crockford's base 32.
public final class Ulid {
  private static final String ORDER = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final char[] DIGITS = ORDER.toCharArray();

  /// 48 bits in ten digits of five leave three for the first.
  private static final int LARGEST_FIRST = 7;

  private static final int LENGTH = 26;
  private static final int TIME_DIGITS = 10;
  private static final int DIGIT_BITS = 5;

  private static final RandomGenerator RANDOM = new SecureRandom();

  private Ulid() {}

  public static String at(Instant time) {
    return of(time.toEpochMilli(), RANDOM.nextLong(), RANDOM.nextLong());
  }

  /// What every name of `time` or later follows.
  static String earliest(Instant time) {
    return of(time.toEpochMilli(), 0, 0);
  }

  /// When a name was given; empty when `text` is none.
  public static Optional<Instant> time(String text) {
    if (text.length() != LENGTH) {
      return Optional.empty();
    }
    long millis = 0;
    for (int at = 0; at < LENGTH; at++) {
      int digit = ORDER.indexOf(text.charAt(at));
      if (digit < 0 || (at == 0 && digit > LARGEST_FIRST)) {
        return Optional.empty();
      }
      millis = at < TIME_DIGITS ? (millis << DIGIT_BITS) | digit : millis;
    }
    return Optional.of(Instant.ofEpochMilli(millis));
  }

  /// Takes 40 bits of each of `high` and `low`.
  static String of(long millis, long high, long low) {
    var text = new char[LENGTH];
    write(text, 0, TIME_DIGITS, millis);
    write(text, TIME_DIGITS, 8, high);
    write(text, TIME_DIGITS + 8, 8, low);
    return new String(text);
  }

  private static void write(char[] text, int from, int digits, long bits) {
    long rest = bits;
    for (int at = from + digits - 1; at >= from; at--) {
      text[at] = DIGITS[(int) (rest & 31)];
      rest >>>= DIGIT_BITS;
    }
  }
}
