package holdfast.crypto;

/// Hashes and MACs over several parts, as if they were one.
public final class Digests {
  private Digests() {}

  public static byte[] sha256(byte[]... parts) {
    throw new UnsupportedOperationException();
  }

  public static byte[] sha1(byte[]... parts) {
    throw new UnsupportedOperationException();
  }

  public static byte[] md5(byte[]... parts) {
    throw new UnsupportedOperationException();
  }

  public static byte[] hmacSha256(byte[] key, byte[]... parts) {
    throw new UnsupportedOperationException();
  }

  public static byte[] hmacSha512(byte[] key, byte[]... parts) {
    throw new UnsupportedOperationException();
  }

  /// PBKDF2-HMAC-SHA256, 32 bytes.
  public static byte[] pbkdf2(byte[] password, byte[] salt, int iterations) {
    throw new UnsupportedOperationException();
  }

  /// In constant time; false when the lengths differ.
  public static boolean equal(byte[] a, byte[] b) {
    throw new UnsupportedOperationException();
  }
}
