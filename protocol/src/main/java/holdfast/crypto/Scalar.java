package holdfast.crypto;

import java.math.BigInteger;

/// Arithmetic modulo L, the order of Ed25519's base point, in constant time: no branch and no
/// index depends on a value. Numbers are arrays of 32-bit limbs, least significant first.
///
/// Reduction is Barrett's, with base 2^32 and 8 limbs: for x < 2^512 the estimate of the quotient
/// is at most 2 too small.
final class Scalar {
  private static final int LIMBS = 8;
  private static final long MASK = 0xFFFF_FFFFL;

  /// Public constants, computed once.
  private static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private static final int[] L = limbs(ORDER, LIMBS + 1);
  private static final int[] MU = limbs(BigInteger.TWO.pow(512).divide(ORDER), LIMBS + 1);

  private Scalar() {}

  private static int[] limbs(BigInteger number, int count) {
    var limbs = new int[count];
    for (var i = 0; i < count; i++) {
      limbs[i] = number.shiftRight(32 * i).intValue();
    }
    return limbs;
  }

  /// `bytes` (64, little-endian) modulo L, as 32 bytes.
  static byte[] reduce(byte[] bytes) {
    return encode(reduce(decode(bytes, 2 * LIMBS)));
  }

  /// a · b + c modulo L; each 32 bytes, little-endian, a · b + c < 2^512.
  static byte[] multiplyAdd(byte[] a, byte[] b, byte[] c) {
    var sum = multiply(decode(a, LIMBS), decode(b, LIMBS));
    var addend = decode(c, LIMBS);
    long carry = 0;
    for (var i = 0; i < sum.length; i++) {
      carry += (sum[i] & MASK) + (i < LIMBS ? addend[i] & MASK : 0);
      sum[i] = (int) carry;
      carry >>>= 32;
    }
    return encode(reduce(sum));
  }

  private static int[] reduce(int[] x) {
    var top = slice(x, LIMBS - 1, LIMBS + 1);
    var quotient = slice(multiply(top, MU), LIMBS + 1, LIMBS + 1);
    var product = multiply(quotient, L);
    var rest = new int[LIMBS + 1];
    long borrow = 0;
    for (var i = 0; i <= LIMBS; i++) {
      borrow += (x[i] & MASK) - (product[i] & MASK);
      rest[i] = (int) borrow;
      borrow >>= 32;
    }
    return subtractIfNotLess(subtractIfNotLess(rest));
  }

  /// x − L when x ≥ L, else x: chosen by a mask.
  private static int[] subtractIfNotLess(int[] x) {
    var less = new int[x.length];
    long borrow = 0;
    for (var i = 0; i < x.length; i++) {
      borrow += (x[i] & MASK) - (L[i] & MASK);
      less[i] = (int) borrow;
      borrow >>= 32;
    }
    var keep = (int) borrow; // all ones when x < L
    for (var i = 0; i < x.length; i++) {
      less[i] = (x[i] & keep) | (less[i] & ~keep);
    }
    return less;
  }

  private static int[] multiply(int[] a, int[] b) {
    var product = new int[a.length + b.length];
    for (var i = 0; i < a.length; i++) {
      long carry = 0;
      for (var j = 0; j < b.length; j++) {
        carry += (a[i] & MASK) * (b[j] & MASK) + (product[i + j] & MASK);
        product[i + j] = (int) carry;
        carry >>>= 32;
      }
      product[i + b.length] = (int) carry;
    }
    return product;
  }

  private static int[] slice(int[] x, int from, int count) {
    var part = new int[count];
    for (var i = 0; i < count && from + i < x.length; i++) {
      part[i] = x[from + i];
    }
    return part;
  }

  private static int[] decode(byte[] bytes, int count) {
    var limbs = new int[count];
    for (var i = 0; i < bytes.length; i++) {
      limbs[i / 4] |= (bytes[i] & 0xFF) << (8 * (i % 4));
    }
    return limbs;
  }

  private static byte[] encode(int[] limbs) {
    var bytes = new byte[32];
    for (var i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (limbs[i / 4] >>> (8 * (i % 4)));
    }
    return bytes;
  }
}
