package holdfast.signal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import holdfast.crypto.BadKey;
import holdfast.crypto.Forged;
import holdfast.crypto.KeyPair;
import holdfast.proto.RatchetRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The encrypted state with one remote device: the current ratchet and up to 40 archived ones. A
/// VALUE: every operation leaves it as it was and returns the next one; a failed decryption leaves
/// no trace.
///
/// Source: Signal's X3DH and Double Ratchet specifications, version 3 (protocol page 04); vectors
/// `signal-1to1.json`.
public final class Ratchet {
  /// Nothing agreed with the device yet.
  public static final Ratchet NONE = new Ratchet(Optional.empty(), List.of());

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

  /// Older ratchets with the same device that can still be read.
  private static final int ARCHIVED_MAX = 40;

  private final Optional<RatchetState> current;
  private final List<Archived> archived;

  private Ratchet(Optional<RatchetState> current, List<Archived> archived) {
    this.current = current;
    this.archived = archived;
  }

  /// An archived state, its bytes, or both: each is made from the other once, when it is asked for.
  /// So what is archived costs nothing to load or to write again.
  private static final class Archived {
    private @Nullable RatchetState state;
    private byte @Nullable [] bytes;

    private Archived(@Nullable RatchetState state, byte @Nullable [] bytes) {
      this.state = state;
      this.bytes = bytes;
    }

    RatchetState state() {
      if (state == null) {
        state = StateRecord.decode(Objects.requireNonNull(bytes));
      }
      return state;
    }

    ByteString bytes() {
      if (bytes == null) {
        bytes = StateRecord.encode(Objects.requireNonNull(state)).toByteArray();
      }
      return UnsafeByteOperations.unsafeWrap(bytes);
    }
  }

  /// Starts a ratchet by the other's bundle; what was current is archived. Draws the base key, then
  /// the ratchet key.
  /// @throws BadKey if the bundle's signature or keys aren't valid
  public Ratchet initiate(Self self, Bundle bundle, RandomGenerator random) {
    return begun(X3dh.initiate(self, bundle, random));
  }

  private Ratchet begun(RatchetState state) {
    return new Ratchet(Optional.of(state), closed().archived);
  }

  /// Whether the other side has written in it.
  public boolean isAnswered() {
    return current.filter(state -> state.pending().isEmpty()).isPresent();
  }

  /// Whether [#encrypt] can be called.
  public boolean isOpen() {
    return current.isPresent();
  }

  /// @throws IllegalStateException when not [#isOpen]
  public Encrypted encrypt(Self self, byte[] padded) {
    var state =
        current.orElseThrow(() -> new IllegalStateException("no open ratchet to encrypt with"));
    var encrypted = state.encrypt(self, padded);
    return new Encrypted(moved(encrypted.next()), encrypted.ciphertext());
  }

  private Ratchet moved(RatchetState next) {
    return new Ratchet(Optional.of(next), archived);
  }

  /// `type` MSG or PKMSG. `bytes` may be anything.
  public Outcome decrypt(
      Self self, Ciphertext.Type type, byte[] bytes, PreKeys preKeys, RandomGenerator random) {
    try {
      return switch (type) {
        case MSG -> message(self, WhisperText.parse(bytes), random);
        case PKMSG -> first(self, WhisperText.parseFirst(bytes), preKeys, random);
        case SKMSG -> new Outcome.Failed(Reason.INVALID_MESSAGE);
      };
    } catch (Forged e) {
      return new Outcome.Failed(Reason.INVALID_MESSAGE);
    } catch (BadKey e) {
      return new Outcome.Failed(Reason.INVALID_KEY);
    }
  }

  /// Asks the ratchet where the message's chain has begun, else each, the newest first, whether it
  /// begins there. Each try is on a value, so a failed one leaves nothing behind.
  private Outcome message(Self self, WhisperText message, RandomGenerator random) {
    var owner = states().filter(it -> it.knows(message.ratchetKey())).findFirst();
    if (owner.isPresent()) {
      var trial = owner.get().decrypt(self, message, random);
      return outcome(owner.get(), trial, Optional.empty());
    }
    var why = Reason.NO_RATCHET;
    for (var state : states().toList()) {
      switch (outcome(state, state.decrypt(self, message, random), Optional.empty())) {
        case Outcome.Failed failed -> why = failed.reason();
        case Outcome settled -> {
          return settled;
        }
      }
    }
    return new Outcome.Failed(why);
  }

  private Outcome first(
      Self self, WhisperText.First first, PreKeys preKeys, RandomGenerator random) {
    var message = WhisperText.parse(first.message());
    var known = states().filter(it -> it.beganWith(first.baseKey(), first.identity())).findFirst();
    if (known.isPresent()) {
      var trial = known.get().decrypt(self, message, random);
      return outcome(known.get(), trial, Optional.empty());
    }
    var signed = preKeys.signed(first.signedPreKeyId());
    var oneTime = first.preKeyId().flatMap(preKeys::oneTime);
    if (signed.isEmpty() || (first.preKeyId().isPresent() && oneTime.isEmpty())) {
      return new Outcome.Failed(Reason.INVALID_KEY_ID);
    }
    var fresh = X3dh.respond(self, first, signed.get(), oneTime);
    return begun(fresh).outcome(fresh, fresh.decrypt(self, message, random), first.preKeyId());
  }

  private Outcome outcome(
      RatchetState state, RatchetState.Trial trial, Optional<Integer> consumed) {
    return switch (trial) {
      case RatchetState.Trial.Read read -> plaintext(state, read, consumed);
      case RatchetState.Trial.Used _ -> new Outcome.Duplicate();
      case RatchetState.Trial.Unreadable unreadable -> new Outcome.Failed(unreadable.reason());
    };
  }

  /// An archived ratchet that is still spoken on stays archived: replies go on the newest one, and
  /// both sides come to agree on it (as the recorded conversations do).
  private Outcome plaintext(
      RatchetState from, RatchetState.Trial.Read read, Optional<Integer> consumed) {
    var isCurrent = current.filter(from::equals).isPresent();
    var next = isCurrent ? moved(read.next()) : movedInArchive(from, read.next());
    return new Outcome.Plaintext(next, read.plaintext(), consumed, read.next().remoteIdentity());
  }

  private Ratchet movedInArchive(RatchetState from, RatchetState next) {
    return new Ratchet(
        current,
        archived.stream()
            .map(it -> it.state().equals(from) ? new Archived(next, null) : it)
            .toList());
  }

  /// The newest first; what is archived is decoded only as far as somebody looks.
  private Stream<RatchetState> states() {
    return Stream.concat(current.stream(), archived.stream().map(Archived::state));
  }

  /// The remote identity key of the current ratchet, 32 bytes.
  public Optional<byte[]> remoteIdentity() {
    return current.map(RatchetState::remoteIdentity);
  }

  public Optional<Long> remoteRegistrationId() {
    return current.map(RatchetState::remoteRegistrationId);
  }

  /// The base key that the current ratchet began with: tells one ratchet from another (protocol
  /// page 05 § 6.2).
  public Optional<byte[]> baseKey() {
    return current.map(RatchetState::baseKey);
  }

  /// Archives the current ratchet: the next message must begin a new one, late ones can still be
  /// read.
  public Ratchet closed() {
    if (current.isEmpty()) {
      return this;
    }
    var older = new ArrayList<Archived>();
    older.add(new Archived(current.get(), null));
    older.addAll(archived.subList(0, Math.min(archived.size(), ARCHIVED_MAX - 1)));
    return new Ratchet(Optional.empty(), List.copyOf(older));
  }

  /// For a store; read back by [#decode].
  public byte[] encode() {
    var record = RatchetRecord.newBuilder();
    current.ifPresent(it -> record.setCurrent(StateRecord.encode(it)));
    archived.forEach(it -> record.addArchived(it.bytes()));
    return record.build().toByteArray();
  }

  /// @throws IllegalStateException when `bytes` aren't what [#encode] gave
  public static Ratchet decode(byte[] bytes) {
    try {
      var record = RatchetRecord.parseFrom(bytes);
      return new Ratchet(
          record.hasCurrent()
              ? Optional.of(StateRecord.decode(record.getCurrent().toByteArray()))
              : Optional.empty(),
          record.getArchivedList().stream()
              .map(it -> new Archived(null, it.toByteArray()))
              .toList());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored ratchet can't be read", e);
    }
  }
}
