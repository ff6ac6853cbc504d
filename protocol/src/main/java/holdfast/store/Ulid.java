package holdfast.store;

import java.math.BigInteger;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// Ids that sort by the order in which they were made: 48 bits of milliseconds and 80 drawn ones,
/// as 26 signs in Crockford's base 32 (github.com/ulid/spec).
public final class Ulid {
  private static final String SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int LENGTH = 26;
  private static final int BITS = 5;

  /// The first signs, which hold the time.
  private static final int TIME_LENGTH = 10;

  private static final int DRAWN_BYTES = 10;

  private Ulid() {}

  /// Greater than `last` (empty when there is none), also when the clock was set back.
  public static String next(String last, Instant now, RandomGenerator random) {
    var drawn = new byte[DRAWN_BYTES];
    random.nextBytes(drawn);
    var fresh =
        text(
            BigInteger.valueOf(now.toEpochMilli())
                .shiftLeft(8 * DRAWN_BYTES)
                .or(new BigInteger(1, drawn)));
    return fresh.compareTo(last) > 0 ? fresh : text(number(last).add(BigInteger.ONE));
  }

  /// What the ids made at `at` begin with.
  static String time(Instant at) {
    return text(BigInteger.valueOf(at.toEpochMilli()).shiftLeft(8 * DRAWN_BYTES))
        .substring(0, TIME_LENGTH);
  }

  private static String text(BigInteger number) {
    var signs = new char[LENGTH];
    for (int index = LENGTH - 1; index >= 0; index--) {
      signs[index] = SIGNS.charAt(number.intValue() & (SIGNS.length() - 1));
      number = number.shiftRight(BITS);
    }
    return new String(signs);
  }

  private static BigInteger number(String text) {
    var number = BigInteger.ZERO;
    for (int index = 0; index < text.length(); index++) {
      number = number.shiftLeft(BITS).or(BigInteger.valueOf(SIGNS.indexOf(text.charAt(index))));
    }
    return number;
  }
}
