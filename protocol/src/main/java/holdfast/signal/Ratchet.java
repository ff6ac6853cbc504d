package holdfast.signal;

import holdfast.crypto.KeyPair;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The encrypted state with one remote device: the current ratchet and up to 40 archived ones. A
/// VALUE: every
/// operation leaves it as it was and returns the next one; a failed decryption leaves no trace.
///
/// Source: Signal's X3DH and Double Ratchet specifications, version 3 (protocol page 04); vectors
/// `signal-1to1.json`.
public final class Ratchet {
  /// Nothing agreed with the device yet.
  public static final Ratchet NONE = new Ratchet();

  /// What this side needs of itself. `registrationId` goes into prekey messages.
  public record Self(KeyPair identity, long registrationId) {}

  public record Encrypted(Ratchet next, Ciphertext ciphertext) {}

  /// Where the responder's prekeys come from, by id.
  public interface PreKeys {
    Optional<KeyPair> oneTime(int id);

    Optional<KeyPair> signed(int id);
  }

  public sealed interface Outcome {
    /// `consumed`: the one-time prekey that this first message used and that may be deleted now.
    /// `identity`: the sender's identity key, 32 bytes (a prekey message brings it; else the
    /// ratchet's).
    record Plaintext(Ratchet next, byte[] bytes, Optional<Integer> consumed, byte[] identity)
        implements Outcome {}

    /// Decrypted before (the key is used up): nothing to ask for again.
    record Duplicate() implements Outcome {}

    /// `reason` says what to put into a retry receipt.
    record Failed(Reason reason) implements Outcome {}
  }

  /// Retry receipt reasons with their codes on the wire (protocol page 05 § 6).
  public enum Reason {
    UNKNOWN(0),
    NO_RATCHET(1),
    INVALID_KEY(2),
    INVALID_KEY_ID(3),
    INVALID_MESSAGE(4),
    INVALID_SIGNATURE(5),
    TOO_FAR_IN_FUTURE(6),
    BAD_MAC(7);

    private final int code;

    Reason(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }
  }

  private Ratchet() {}

  /// Starts a ratchet by the other's bundle; what was current is archived. Draws the base key, then
  /// the ratchet key.
  /// @throws holdfast.crypto.BadKey if the bundle's signature or keys aren't valid
  public Ratchet initiate(Self self, Bundle bundle, RandomGenerator random) {
    throw new UnsupportedOperationException();
  }

  /// Whether [#encrypt] can be called.
  public boolean isOpen() {
    throw new UnsupportedOperationException();
  }

  /// @throws IllegalStateException when not [#isOpen]
  public Encrypted encrypt(Self self, byte[] padded) {
    throw new UnsupportedOperationException();
  }

  /// `type` MSG or PKMSG. `bytes` may be anything.
  public Outcome decrypt(
      Self self, Ciphertext.Type type, byte[] bytes, PreKeys preKeys, RandomGenerator random) {
    throw new UnsupportedOperationException();
  }

  /// The remote identity key of the current ratchet, 32 bytes.
  public Optional<byte[]> remoteIdentity() {
    throw new UnsupportedOperationException();
  }

  public Optional<Long> remoteRegistrationId() {
    throw new UnsupportedOperationException();
  }

  /// The base key that the current ratchet began with: tells one ratchet from another (protocol
  /// page 05 § 6.2).
  public Optional<byte[]> baseKey() {
    throw new UnsupportedOperationException();
  }

  /// Archives the current ratchet: the next message must begin a new one, late ones can still be
  /// read.
  public Ratchet closed() {
    throw new UnsupportedOperationException();
  }

  /// For a store; read back by [#decode].
  public byte[] encode() {
    throw new UnsupportedOperationException();
  }

  /// @throws IllegalStateException when `bytes` aren't what [#encode] gave
  public static Ratchet decode(byte[] bytes) {
    throw new UnsupportedOperationException();
  }
}
