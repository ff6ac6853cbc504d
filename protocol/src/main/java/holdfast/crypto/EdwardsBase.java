package holdfast.crypto;

import java.math.BigInteger;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/// Multiples of Ed25519's base point for secret scalars, in constant time: every table entry is
/// read whatever the digit is.
///
/// The scalar is written in signed digits of 16, −8 … 7; a table holds 1 … 8 times 256^i · B for 32
/// positions, so that a multiple
/// costs 64 additions and 4 doublings. Formulas: Hisil, Wong, Carter, Dawson 2008 (extended twisted
/// Edwards coordinates,
/// complete for this curve). Field arithmetic: BouncyCastle's X25519Field, which is constant-time.
final class EdwardsBase {
  private static final int POSITIONS = 32;
  private static final int ENTRIES = 8;
  private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
  private static final int[] D2 = field(d().shiftLeft(1).mod(P));
  private static final Entry[][] TABLE = table();

  private EdwardsBase() {}

  /// A point ready to be added: y + x, y − x, 2·d·x·y, with z = 1.
  private record Entry(int[] sum, int[] difference, int[] product) {
    static Entry neutral() {
      var entry = new Entry(X25519Field.create(), X25519Field.create(), X25519Field.create());
      X25519Field.one(entry.sum);
      X25519Field.one(entry.difference);
      return entry;
    }
  }

  /// A point in extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z.
  private static final class Point {
    final int[] x = X25519Field.create();
    final int[] y = X25519Field.create();
    final int[] z = X25519Field.create();
    final int[] t = X25519Field.create();

    static Point neutral() {
      var point = new Point();
      X25519Field.one(point.y);
      X25519Field.one(point.z);
      return point;
    }

    void add(Entry entry) {
      var a = X25519Field.create();
      var b = X25519Field.create();
      var c = X25519Field.create();
      var d = X25519Field.create();
      X25519Field.sub(y, x, a);
      X25519Field.mul(a, entry.difference, a);
      X25519Field.add(y, x, b);
      X25519Field.mul(b, entry.sum, b);
      X25519Field.mul(t, entry.product, c);
      X25519Field.add(z, z, d);
      finish(a, b, c, d);
    }

    /// From A, B, C, D of the addition formula to the sum.
    private void finish(int[] a, int[] b, int[] c, int[] d) {
      var e = X25519Field.create();
      var f = X25519Field.create();
      var g = X25519Field.create();
      var h = X25519Field.create();
      X25519Field.carry(d);
      X25519Field.sub(b, a, e);
      X25519Field.sub(d, c, f);
      X25519Field.add(d, c, g);
      X25519Field.add(b, a, h);
      X25519Field.carry(f);
      X25519Field.carry(g);
      X25519Field.mul(e, f, x);
      X25519Field.mul(g, h, y);
      X25519Field.mul(f, g, z);
      X25519Field.mul(e, h, t);
    }

    /// 2·P, as P + P by the complete addition: four of these in a multiple, so simplicity wins.
    void twice() {
      var a = X25519Field.create();
      var b = X25519Field.create();
      var c = X25519Field.create();
      var d = X25519Field.create();
      X25519Field.sub(y, x, a);
      X25519Field.sqr(a, a);
      X25519Field.add(y, x, b);
      X25519Field.sqr(b, b);
      X25519Field.sqr(t, c);
      X25519Field.mul(c, D2, c);
      X25519Field.sqr(z, d);
      X25519Field.add(d, d, d);
      finish(a, b, c, d);
    }

    Entry toEntry() {
      var inverse = X25519Field.create();
      X25519Field.invVar(z, inverse); // of the public table only
      var affineX = X25519Field.create();
      var affineY = X25519Field.create();
      X25519Field.mul(x, inverse, affineX);
      X25519Field.mul(y, inverse, affineY);
      var entry = Entry.neutral();
      X25519Field.add(affineY, affineX, entry.sum);
      X25519Field.sub(affineY, affineX, entry.difference);
      X25519Field.carry(entry.sum);
      X25519Field.carry(entry.difference);
      X25519Field.mul(affineX, affineY, entry.product);
      X25519Field.mul(entry.product, D2, entry.product);
      return entry;
    }

    /// y with the sign of x in the top bit.
    byte[] encode() {
      var inverse = X25519Field.create();
      X25519Field.inv(z, inverse);
      var affineX = X25519Field.create();
      var affineY = X25519Field.create();
      X25519Field.mul(x, inverse, affineX);
      X25519Field.mul(y, inverse, affineY);
      X25519Field.normalize(affineX);
      X25519Field.normalize(affineY);
      var bytes = new byte[32];
      X25519Field.encode(affineY, bytes, 0);
      bytes[31] |= (byte) ((affineX[0] & 1) << 7);
      return bytes;
    }
  }

  /// `scalar`: 32 bytes, little-endian, < 2^255.
  static byte[] multiple(byte[] scalar) {
    var digits = digits(scalar);
    var point = Point.neutral();
    for (var i = 1; i < 2 * POSITIONS; i += 2) {
      point.add(select(i / 2, digits[i]));
    }
    for (var i = 0; i < 4; i++) {
      point.twice();
    }
    for (var i = 0; i < 2 * POSITIONS; i += 2) {
      point.add(select(i / 2, digits[i]));
    }
    return point.encode();
  }

  private static int[] digits(byte[] scalar) {
    var digits = new int[2 * POSITIONS];
    for (var i = 0; i < scalar.length; i++) {
      digits[2 * i] = scalar[i] & 15;
      digits[2 * i + 1] = (scalar[i] >> 4) & 15;
    }
    var carry = 0;
    for (var i = 0; i < digits.length - 1; i++) {
      digits[i] += carry;
      carry = (digits[i] + 8) >> 4;
      digits[i] -= carry << 4;
    }
    digits[digits.length - 1] += carry;
    return digits;
  }

  /// digit · 256^position · B, for −8 ≤ digit ≤ 8.
  private static Entry select(int position, int digit) {
    var negative = digit >> 31; // all ones when negative
    var size = (digit ^ negative) - negative;
    var entry = Entry.neutral();
    for (var i = 0; i < ENTRIES; i++) {
      var same = equalMask(size, i + 1);
      X25519Field.cmov(same, TABLE[position][i].sum, 0, entry.sum, 0);
      X25519Field.cmov(same, TABLE[position][i].difference, 0, entry.difference, 0);
      X25519Field.cmov(same, TABLE[position][i].product, 0, entry.product, 0);
    }
    X25519Field.cswap(negative & 1, entry.sum, entry.difference);
    X25519Field.cnegate(negative & 1, entry.product);
    return entry;
  }

  /// −1 when equal, else 0.
  private static int equalMask(int a, int b) {
    var difference = a ^ b;
    return ((difference | -difference) >> 31) ^ -1;
  }

  private static Entry[][] table() {
    var table = new Entry[POSITIONS][ENTRIES];
    var base = basePoint();
    for (var position = 0; position < POSITIONS; position++) {
      var step = base.toEntry();
      var multiple = Point.neutral();
      for (var i = 0; i < ENTRIES; i++) {
        multiple.add(step);
        table[position][i] = multiple.toEntry();
      }
      for (var i = 0; i < 8; i++) {
        base.twice();
      }
    }
    return table;
  }

  /// y = 4/5, x even (RFC 8032).
  private static Point basePoint() {
    var y = BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(P)).mod(P);
    var y2 = y.multiply(y).mod(P);
    var x2 =
        y2.subtract(BigInteger.ONE)
            .multiply(d().multiply(y2).add(BigInteger.ONE).modInverse(P))
            .mod(P);
    var x = x2.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
    if (!x.multiply(x).mod(P).equals(x2)) {
      var rootOfMinusOne = BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);
      x = x.multiply(rootOfMinusOne).mod(P);
    }
    if (x.testBit(0)) {
      x = P.subtract(x);
    }
    var point = Point.neutral();
    X25519Field.copy(field(x), 0, point.x, 0);
    X25519Field.copy(field(y), 0, point.y, 0);
    X25519Field.mul(point.x, point.y, point.t);
    return point;
  }

  /// d = −121665/121666.
  private static BigInteger d() {
    return BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);
  }

  private static int[] field(BigInteger number) {
    var bytes = new byte[32];
    for (var i = 0; i < bytes.length; i++) {
      bytes[i] = number.shiftRight(8 * i).byteValue();
    }
    var element = X25519Field.create();
    X25519Field.decode255(bytes, element);
    return element;
  }
}
