package holdfast.noise;

import holdfast.crypto.Aes;
import holdfast.crypto.Forged;

/// One side's two directions after the handshake: AES-256-GCM under a key and a counter each. Small
/// (two keys, two counters): no cipher object is kept. Not thread-safe per direction.
///
/// The counters are the order of the frames: a frame that is replayed, left out or moved doesn't
/// open. After one that didn't, none opens any more. Source: protocol page 01 § 4.
public final class FrameCipher {
  static final int TAG_BYTES = 16;

  /// The counter has 32 bits on the wire; a key never serves longer.
  private static final long MAX_FRAMES = 1L << 32;

  private static final byte[] NOTHING = {};

  private final byte[] sendKey;
  private final byte[] receiveKey;
  private long sent;
  private long received;

  public FrameCipher(byte[] sendKey, byte[] receiveKey) {
    this.sendKey = sendKey;
    this.receiveKey = receiveKey;
  }

  public byte[] seal(byte[] plaintext) {
    if (sent == MAX_FRAMES) {
      throw new NoiseFailure("the key for sending is used up");
    }
    return Aes.gcmEncrypt(sendKey, Transcript.iv(sent++), NOTHING, plaintext);
  }

  /// @throws NoiseFailure when it is damaged, tampered with, replayed or out of order; fatal for
  /// the connection
  public byte[] open(byte[] ciphertext) {
    if (received == MAX_FRAMES) {
      throw new NoiseFailure("no frame is accepted after a bad one");
    }
    long number = received;
    received = MAX_FRAMES;
    if (ciphertext.length < TAG_BYTES) {
      throw new NoiseFailure("a frame of " + ciphertext.length + " bytes is shorter than its tag");
    }
    try {
      var plaintext = Aes.gcmDecrypt(receiveKey, Transcript.iv(number), NOTHING, ciphertext);
      received = number + 1;
      return plaintext;
    } catch (Forged e) {
      throw new NoiseFailure("frame " + number + " is damaged, forged or out of order");
    }
  }
}
