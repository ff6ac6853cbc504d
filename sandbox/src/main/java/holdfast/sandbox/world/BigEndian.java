package holdfast.sandbox.world;

/// Numbers as the protocol writes them into bytes: key ids of 3, registration ids of 4.
public final class BigEndian {
  private BigEndian() {}

  public static byte[] bytes(long value, int length) {
    var bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (value >>> (8 * (length - 1 - i)));
    }
    return bytes;
  }

  public static long number(byte[] bytes) {
    long value = 0;
    for (var b : bytes) {
      value = value << 8 | (b & 0xFF);
    }
    return value;
  }
}
