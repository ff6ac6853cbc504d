package holdfast.signal;

import java.util.random.RandomGenerator;

/// The sender-key record of one device in one group (or status list): up to 5 states, newest first.
/// A VALUE, as
/// [Ratchet]. Source: protocol page 04 § 6; vectors `signal-group.json`.
public final class SenderKey {
  public static final SenderKey NONE = new SenderKey();

  public record Encrypted(SenderKey next, Ciphertext ciphertext) {}

  public sealed interface Outcome {
    record Plaintext(SenderKey next, byte[] bytes) implements Outcome {}

    record Duplicate() implements Outcome {}

    record Failed(Ratchet.Reason reason) implements Outcome {}
  }

  private SenderKey() {}

  /// A new own state in front. Draws the key id (31 bits, one `nextInt()`), the chain key (32
  /// bytes), the signing pair.
  public SenderKey rotate(RandomGenerator random) {
    throw new UnsupportedOperationException();
  }

  /// Whether there is an own state to send with.
  public boolean canSend() {
    throw new UnsupportedOperationException();
  }

  /// The newest state's key id. @throws IllegalStateException when there is none
  public long keyId() {
    throw new UnsupportedOperationException();
  }

  /// The newest own state at its present position: `0x33 ‖ protobuf`. What a member needs to read
  /// from now on.
  public byte[] distribution() {
    throw new UnsupportedOperationException();
  }

  /// Draws 64 bytes for the signature.
  public Encrypted encrypt(byte[] padded, RandomGenerator random) {
    throw new UnsupportedOperationException();
  }

  /// Takes a distribution from the remote sender. @throws holdfast.crypto.Forged when the bytes
  /// aren't one
  public SenderKey accept(byte[] distribution) {
    throw new UnsupportedOperationException();
  }

  public Outcome decrypt(byte[] bytes) {
    throw new UnsupportedOperationException();
  }

  public byte[] encode() {
    throw new UnsupportedOperationException();
  }

  public static SenderKey decode(byte[] bytes) {
    throw new UnsupportedOperationException();
  }
}
