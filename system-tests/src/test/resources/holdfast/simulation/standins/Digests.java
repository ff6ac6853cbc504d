package holdfast.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Stands in for hashes and MACs while lives are simulated: they mix what they are given and differ
/// where it differs. Anybody could forge them.
public final class Digests {
  private static final long PRIME = 0x9E3779B97F4A7C15L;

  private Digests() {}

  public static byte[] sha256(byte[]... parts) {
    return mixed(1, parts, 32);
  }

  public static byte[] sha512(byte[]... parts) {
    return mixed(2, parts, 64);
  }

  public static byte[] sha1(byte[]... parts) {
    return mixed(3, parts, 20);
  }

  public static byte[] md5(byte[]... parts) {
    return mixed(4, parts, 16);
  }

  public static byte[] hmacSha256(byte[] key, byte[]... parts) {
    return mixed(mixed(5, key), parts, 32);
  }

  public static byte[] hmacSha512(byte[] key, byte[]... parts) {
    return mixed(mixed(6, key), parts, 64);
  }

  public static byte[] pbkdf2(byte[] password, byte[] salt, int iterations) {
    return mixed(iterations, new byte[][] {password, salt}, 32);
  }

  public static boolean equal(byte[] a, byte[] b) {
    return Arrays.equals(a, b);
  }

  private static byte[] mixed(long seed, byte[][] parts, int length) {
    long state = mixed(seed, parts.length == 1 ? parts[0] : joined(parts));
    var result = ByteBuffer.allocate((length + Long.BYTES - 1) & -Long.BYTES);
    while (result.hasRemaining()) {
      state = stirred(state);
      result.putLong(state);
    }
    return Arrays.copyOf(result.array(), length);
  }

  /// As with the real ones it doesn't matter where one part ends and the next begins.
  private static byte[] joined(byte[][] parts) {
    int length = 0;
    for (var part : parts) {
      length += part.length;
    }
    var all = ByteBuffer.allocate(length);
    for (var part : parts) {
      all.put(part);
    }
    return all.array();
  }

  private static long mixed(long state, byte[] part) {
    var bytes = ByteBuffer.wrap(part).order(ByteOrder.nativeOrder());
    while (bytes.remaining() >= Long.BYTES) {
      state = stirred(state ^ bytes.getLong());
    }
    while (bytes.hasRemaining()) {
      state = (state ^ bytes.get()) * PRIME;
    }
    return stirred(state);
  }

  private static long stirred(long state) {
    long next = (state ^ state >>> 29) * PRIME;
    return next ^ next >>> 32;
  }
}
