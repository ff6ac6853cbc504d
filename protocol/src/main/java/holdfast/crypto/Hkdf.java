package holdfast.crypto;

/// HKDF with SHA-256 (RFC 5869).
public final class Hkdf {
  /// Stands for "no salt" (32 zero bytes by the RFC) and for "no info".
  public static final byte[] NONE = {};

  private Hkdf() {}

  /// `length` bytes, at most 8160.
  public static byte[] derive(byte[] inputKey, byte[] salt, byte[] info, int length) {
    throw new UnsupportedOperationException();
  }
}
