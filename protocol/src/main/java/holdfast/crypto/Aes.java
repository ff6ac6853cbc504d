package holdfast.crypto;

/// AES-256 in the modes WhatsApp uses. Keys are 32 bytes. Cipher objects are pooled and reused.
public final class Aes {
  private Aes() {}

  /// AES-GCM with a 12-byte IV; the 16-byte tag is appended.
  public static byte[] gcmEncrypt(byte[] key, byte[] iv, byte[] additional, byte[] plaintext) {
    throw new UnsupportedOperationException();
  }

  /// @throws Forged if the tag doesn't fit
  public static byte[] gcmDecrypt(byte[] key, byte[] iv, byte[] additional, byte[] ciphertext) {
    throw new UnsupportedOperationException();
  }

  /// AES-CBC with PKCS#7 padding and a 16-byte IV.
  public static byte[] cbcEncrypt(byte[] key, byte[] iv, byte[] plaintext) {
    throw new UnsupportedOperationException();
  }

  /// @throws Forged if length or padding don't fit
  public static byte[] cbcDecrypt(byte[] key, byte[] iv, byte[] ciphertext) {
    throw new UnsupportedOperationException();
  }

  /// AES-CTR with a 16-byte initial counter block; encrypts and decrypts.
  public static byte[] ctr(byte[] key, byte[] iv, byte[] input) {
    throw new UnsupportedOperationException();
  }
}
