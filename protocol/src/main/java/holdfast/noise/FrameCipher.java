package holdfast.noise;

/// One side's two directions after the handshake: AES-256-GCM under a key and a counter each. Small
/// (two keys, two
/// counters): no cipher object is kept. Not thread-safe per direction.
public final class FrameCipher {
  public FrameCipher(byte[] sendKey, byte[] receiveKey) {
    throw new UnsupportedOperationException();
  }

  public byte[] seal(byte[] plaintext) {
    throw new UnsupportedOperationException();
  }

  /// @throws NoiseFailure when it is damaged, tampered with, replayed or out of order; fatal for
  /// the connection
  public byte[] open(byte[] ciphertext) {
    throw new UnsupportedOperationException();
  }
}
