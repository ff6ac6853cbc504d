package holdfast.crypto;

import org.bouncycastle.math.ec.rfc7748.X25519Field;

/// Multiples of the Ed25519 base point by secret scalars, in constant time: no branch and no index
/// depends on a digit of the scalar.
///
/// BouncyCastle has this multiplication too, but only behind the hashing of an Ed25519 seed, and an
/// X25519 scalar isn't one. The field arithmetic is BouncyCastle's. The method is that of
/// "High-speed high-security signatures" (Bernstein et al., 2011, § 4): signed digits of base 16,
/// tables of multiples of 256^i·B that are read in full each time, and the formulas of Hisil et al.
/// (2008) for a = −1 in extended coordinates, which are complete.
final class EdwardsBase {
  private static final int DIGITS = 64;
  private static final int TABLES = DIGITS / 2;
  private static final int ENTRIES = 8;
  private static final int LIMBS = X25519Field.SIZE;
  private static final int ENTRY = 3 * LIMBS;

  /// `TABLE[i]` holds j·256^i·B for j = 1 … 8, each as an [Addend] laid out flat.
  private static final int[][] TABLE = new int[TABLES][ENTRIES * ENTRY];

  static {
    var base = Point.base();
    for (var entries : TABLE) {
      var step = base.affine();
      var multiple = new Point();
      for (int j = 0; j < ENTRIES; j++) {
        multiple.add(step);
        multiple.affine().copyTo(entries, j * ENTRY);
      }
      for (int i = 0; i < 8; i++) {
        base.twice();
      }
    }
  }

  private EdwardsBase() {}

  /// scalar·B, compressed as in RFC 8032 § 5.1.2. `scalar`: 32 bytes, little-endian, below 2^255.
  static byte[] multiple(byte[] scalar) {
    var digits = digits(scalar);
    var sum = new Point();
    var addend = new Addend();
    for (int i = 1; i < DIGITS; i += 2) {
      addend.select(TABLE[i / 2], digits[i]);
      sum.add(addend);
    }
    for (int i = 0; i < 4; i++) {
      sum.twice();
    }
    for (int i = 0; i < DIGITS; i += 2) {
      addend.select(TABLE[i / 2], digits[i]);
      sum.add(addend);
    }
    return sum.compressed();
  }

  /// Base 16 with digits −8 … 7 (the last one up to 8).
  private static int[] digits(byte[] scalar) {
    var digits = new int[DIGITS];
    for (int i = 0; i < scalar.length; i++) {
      digits[2 * i] = scalar[i] & 15;
      digits[2 * i + 1] = (scalar[i] >> 4) & 15;
    }
    int carry = 0;
    for (int i = 0; i < DIGITS - 1; i++) {
      digits[i] += carry;
      carry = (digits[i] + 8) >> 4;
      digits[i] -= carry << 4;
    }
    digits[DIGITS - 1] += carry;
    return digits;
  }

  /// An affine point as what an addition wants of it: (y + x)/2, (y − x)/2, d·x·y. With the halves
  /// an addition needs no doubling of z.
  private static final class Addend {
    private final int[] plus = X25519Field.create();
    private final int[] minus = X25519Field.create();
    private final int[] product = X25519Field.create();

    void copyTo(int[] entries, int at) {
      X25519Field.copy(plus, 0, entries, at);
      X25519Field.copy(minus, 0, entries, at + LIMBS);
      X25519Field.copy(product, 0, entries, at + 2 * LIMBS);
    }

    /// Becomes digit times the table's base.
    void select(int[] entries, int digit) {
      int negative = digit >> 31;
      int magnitude = (digit ^ negative) - negative;
      X25519Field.copy(Constants.HALF, 0, plus, 0);
      X25519Field.copy(Constants.HALF, 0, minus, 0);
      X25519Field.zero(product);
      for (int j = 0; j < ENTRIES; j++) {
        int difference = magnitude ^ (j + 1);
        int mask = ~((difference | -difference) >> 31);
        int at = j * ENTRY;
        for (int i = 0; i < LIMBS; i++) {
          plus[i] ^= mask & (plus[i] ^ entries[at + i]);
          minus[i] ^= mask & (minus[i] ^ entries[at + LIMBS + i]);
          product[i] ^= mask & (product[i] ^ entries[at + 2 * LIMBS + i]);
        }
      }
      X25519Field.cswap(negative & 1, plus, minus);
      X25519Field.cnegate(negative & 1, product);
    }
  }

  /// x = X/Z, y = Y/Z, x·y = T/Z. New points are the neutral element.
  private static final class Point {
    private final int[] x = X25519Field.create();
    private final int[] y = X25519Field.create();
    private final int[] z = X25519Field.create();
    private final int[] t = X25519Field.create();
    private final int[] e = X25519Field.create();
    private final int[] f = X25519Field.create();
    private final int[] g = X25519Field.create();
    private final int[] h = X25519Field.create();

    Point() {
      X25519Field.one(y);
      X25519Field.one(z);
    }

    /// B: y = 4/5, x the even root of (y² − 1)/(d·y² + 1).
    static Point base() {
      var base = new Point();
      X25519Field.mul(Constants.small(4), Constants.inverse(5), base.y);
      var square = X25519Field.create();
      X25519Field.sqr(base.y, square);
      var numerator = X25519Field.create();
      X25519Field.copy(square, 0, numerator, 0);
      X25519Field.subOne(numerator);
      var denominator = X25519Field.create();
      X25519Field.mul(square, Constants.D, denominator);
      X25519Field.addOne(denominator);
      if (!X25519Field.sqrtRatioVar(numerator, denominator, base.x)) {
        throw new IllegalStateException("the base point isn't on the curve");
      }
      X25519Field.normalize(base.x);
      X25519Field.cnegate(base.x[0] & 1, base.x);
      X25519Field.mul(base.x, base.y, base.t);
      return base;
    }

    void add(Addend addend) {
      X25519Field.apm(y, x, h, e);
      X25519Field.mul(h, addend.plus, h);
      X25519Field.mul(e, addend.minus, e);
      X25519Field.mul(t, addend.product, f);
      X25519Field.apm(h, e, h, e);
      X25519Field.apm(z, f, g, f);
      combine();
    }

    void twice() {
      X25519Field.add(x, y, e);
      X25519Field.sqr(e, e);
      X25519Field.sqr(x, x);
      X25519Field.sqr(y, y);
      X25519Field.sqr(z, z);
      X25519Field.add(z, z, z);
      X25519Field.apm(x, y, h, g);
      X25519Field.sub(h, e, e);
      X25519Field.carry(e);
      X25519Field.add(z, g, f);
      X25519Field.carry(f);
      combine();
    }

    Addend affine() {
      toAffine();
      var addend = new Addend();
      X25519Field.apm(y, x, addend.plus, addend.minus);
      X25519Field.mul(addend.plus, Constants.HALF, addend.plus);
      X25519Field.mul(addend.minus, Constants.HALF, addend.minus);
      X25519Field.mul(t, Constants.D, addend.product);
      return addend;
    }

    byte[] compressed() {
      toAffine();
      X25519Field.normalize(x);
      X25519Field.normalize(y);
      var bytes = new byte[X25519.KEY_BYTES];
      X25519Field.encode(y, bytes, 0);
      bytes[X25519.KEY_BYTES - 1] |= (byte) ((x[0] & 1) << 7);
      return bytes;
    }

    private void combine() {
      X25519Field.mul(e, f, x);
      X25519Field.mul(g, h, y);
      X25519Field.mul(f, g, z);
      X25519Field.mul(e, h, t);
    }

    private void toAffine() {
      X25519Field.inv(z, z);
      X25519Field.mul(x, z, x);
      X25519Field.mul(y, z, y);
      X25519Field.mul(x, y, t);
      X25519Field.one(z);
    }
  }

  private static final class Constants {
    static final int[] HALF = inverse(2);
    static final int[] D = d();

    private Constants() {}

    /// d = −121665/121666 (RFC 8032 § 5.1).
    private static int[] d() {
      var d = X25519Field.create();
      X25519Field.mul(small(121665), inverse(121666), d);
      X25519Field.negate(d, d);
      X25519Field.carry(d);
      return d;
    }

    static int[] inverse(int value) {
      var inverse = X25519Field.create();
      X25519Field.inv(small(value), inverse);
      return inverse;
    }

    static int[] small(int value) {
      var element = X25519Field.create();
      element[0] = value;
      return element;
    }
  }
}
