package holdfast.signal;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import holdfast.crypto.Aes;
import holdfast.crypto.BadKey;
import holdfast.crypto.Forged;
import holdfast.crypto.Hkdf;
import holdfast.crypto.KeyPair;
import holdfast.crypto.XEdDsa;
import holdfast.proto.SenderKeyDistribution;
import holdfast.proto.SenderKeyMessage;
import holdfast.proto.SenderKeyRecord;
import holdfast.proto.SenderKeyStateRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The sender-key record of one device in one group (or status list): up to 5 states, newest first.
/// A VALUE, as [Ratchet]. Source: protocol page 04 § 6; vectors `signal-group.json`.
public final class SenderKey {
  public static final SenderKey NONE = new SenderKey(List.of());

  public record Encrypted(SenderKey next, Ciphertext ciphertext) {}

  public sealed interface Outcome {
    record Plaintext(SenderKey next, byte[] bytes) implements Outcome {}

    record Duplicate() implements Outcome {}

    record Failed(Ratchet.Reason reason) implements Outcome {}
  }

  private static final int STATES_MAX = 5;

  /// As far ahead as WhatsApp Web goes; every iteration passed over costs two HMACs.
  private static final long JUMP_MAX = 20_000;

  private static final byte[] INFO = "WhisperGroup".getBytes(StandardCharsets.US_ASCII);
  private static final int SIGNATURE_BYTES = 64;

  private final List<State> states;

  private SenderKey(List<State> states) {
    this.states = states;
  }

  /// `own`: the signing pair, where this side is the sender.
  private record State(int keyId, Chain chain, byte[] signingKey, Optional<KeyPair> own) {
    State at(Chain next) {
      return new State(keyId, next, signingKey, own);
    }
  }

  /// A new own state in front. Draws the key id (31 bits, one `nextInt()`), the chain key (32
  /// bytes), the signing pair.
  public SenderKey rotate(RandomGenerator random) {
    var keyId = random.nextInt() & Integer.MAX_VALUE;
    var chainKey = new byte[32];
    random.nextBytes(chainKey);
    var signing = KeyPair.generate(random);
    return inFront(
        new State(keyId, Chain.at(chainKey, 0), signing.publicKey(), Optional.of(signing)));
  }

  private SenderKey inFront(State state) {
    var all = new ArrayList<State>();
    all.add(state);
    all.addAll(states.subList(0, Math.min(states.size(), STATES_MAX - 1)));
    return new SenderKey(List.copyOf(all));
  }

  /// Whether there is an own state to send with.
  public boolean canSend() {
    return !states.isEmpty() && states.getFirst().own().isPresent();
  }

  /// The newest state's key id. @throws IllegalStateException when there is none
  public long keyId() {
    return Integer.toUnsignedLong(newest().keyId());
  }

  private State newest() {
    if (states.isEmpty()) {
      throw new IllegalStateException("a sender key without a state");
    }
    return states.getFirst();
  }

  /// The newest own state at its present position: `0x33 ‖ protobuf`. What a member needs to read
  /// from now on.
  public byte[] distribution() {
    var state = newest();
    return WhisperText.versioned(
        SenderKeyDistribution.newBuilder()
            .setId(state.keyId())
            .setIteration(state.chain().counter())
            .setChainKey(UnsafeByteOperations.unsafeWrap(state.chain().key()))
            .setSigningKey(WireKeys.wire(state.signingKey()))
            .build());
  }

  /// Draws 64 bytes for the signature. @throws IllegalStateException when not [#canSend]
  public Encrypted encrypt(byte[] padded, RandomGenerator random) {
    var state = newest();
    var signing =
        state.own().orElseThrow(() -> new IllegalStateException("another device's sender key"));
    var keys = Keys.of(state.chain().seed());
    var ciphertext = Aes.cbcEncrypt(keys.key(), keys.iv(), padded);
    var versioned =
        WhisperText.versioned(
            SenderKeyMessage.newBuilder()
                .setId(state.keyId())
                .setIteration(state.chain().counter())
                .setCiphertext(UnsafeByteOperations.unsafeWrap(ciphertext))
                .build());
    var signature = XEdDsa.sign(signing, versioned, random);
    var bytes = Arrays.copyOf(versioned, versioned.length + SIGNATURE_BYTES);
    System.arraycopy(signature, 0, bytes, versioned.length, SIGNATURE_BYTES);
    return new Encrypted(
        replaced(state, state.at(state.chain().next())),
        new Ciphertext(Ciphertext.Type.SKMSG, bytes));
  }

  private SenderKey replaced(State old, State next) {
    var all = new ArrayList<>(states);
    all.set(states.indexOf(old), next);
    return new SenderKey(List.copyOf(all));
  }

  /// IV and cipher key of one message.
  private record Keys(byte[] iv, byte[] key) {
    static Keys of(byte[] seed) {
      var all = Hkdf.derive(seed, Hkdf.NONE, INFO, 48);
      return new Keys(Arrays.copyOf(all, 16), Arrays.copyOfRange(all, 16, 48));
    }
  }

  /// Takes a distribution from the remote sender. One that is known keeps its position.
  /// @throws Forged when the bytes aren't one
  public SenderKey accept(byte[] distribution) {
    if (distribution.length < 2) {
      throw new Forged("too short for a sender key");
    }
    WhisperText.requireVersion(distribution);
    try {
      var message =
          SenderKeyDistribution.parser().parseFrom(distribution, 1, distribution.length - 1);
      var signing = WireKeys.plain(message.getSigningKey());
      if (message.getChainKey().size() != 32) {
        throw new Forged("a chain key has 32 bytes");
      }
      var known =
          states.stream()
              .anyMatch(
                  it -> it.keyId() == message.getId() && Arrays.equals(it.signingKey(), signing));
      return known
          ? this
          : inFront(
              new State(
                  message.getId(),
                  Chain.at(message.getChainKey().toByteArray(), message.getIteration()),
                  signing,
                  Optional.empty()));
    } catch (InvalidProtocolBufferException | BadKey e) {
      throw new Forged("not a sender key");
    }
  }

  /// `bytes` may be anything.
  public Outcome decrypt(byte[] bytes) {
    if (bytes.length <= 1 + SIGNATURE_BYTES) {
      return new Outcome.Failed(Ratchet.Reason.INVALID_MESSAGE);
    }
    var versioned = Arrays.copyOf(bytes, bytes.length - SIGNATURE_BYTES);
    var signature = Arrays.copyOfRange(bytes, versioned.length, bytes.length);
    try {
      WhisperText.requireVersion(bytes);
      var message = SenderKeyMessage.parser().parseFrom(versioned, 1, versioned.length - 1);
      return decrypt(message, versioned, signature);
    } catch (InvalidProtocolBufferException | Forged e) {
      return new Outcome.Failed(Ratchet.Reason.INVALID_MESSAGE);
    }
  }

  private Outcome decrypt(SenderKeyMessage message, byte[] versioned, byte[] signature) {
    var named = states.stream().filter(it -> it.keyId() == message.getId()).toList();
    if (named.isEmpty()) {
      return new Outcome.Failed(Ratchet.Reason.NO_RATCHET);
    }
    var signer =
        named.stream()
            .filter(it -> XEdDsa.verify(it.signingKey(), versioned, signature))
            .findFirst();
    if (signer.isEmpty()) {
      return new Outcome.Failed(Ratchet.Reason.INVALID_SIGNATURE);
    }
    var state = signer.get();
    var chain = state.chain();
    return switch (chain.place(message.getIteration(), JUMP_MAX)) {
      case USED -> new Outcome.Duplicate();
      // Sent before this side was given the key, or given up since: nobody has read it here.
      case LOST -> new Outcome.Failed(Ratchet.Reason.NO_RATCHET);
      case TOO_FAR -> new Outcome.Failed(Ratchet.Reason.TOO_FAR_IN_FUTURE);
      case AHEAD, KEPT -> {
        var taken = chain.take(message.getIteration());
        var keys = Keys.of(taken.seed());
        var plaintext =
            Aes.cbcDecrypt(keys.key(), keys.iv(), message.getCiphertext().toByteArray());
        yield new Outcome.Plaintext(replaced(state, state.at(taken.rest())), plaintext);
      }
    };
  }

  /// For a store; read back by [#decode].
  public byte[] encode() {
    var record = SenderKeyRecord.newBuilder();
    for (var state : states) {
      var one =
          SenderKeyStateRecord.newBuilder()
              .setKeyId(state.keyId())
              .setChain(StateRecord.chain(state.chain()))
              .setSigningPublic(UnsafeByteOperations.unsafeWrap(state.signingKey()));
      state
          .own()
          .map(KeyPair::privateKey)
          .map(UnsafeByteOperations::unsafeWrap)
          .ifPresent(one::setSigningPrivate);
      record.addStates(one);
    }
    return record.build().toByteArray();
  }

  /// @throws IllegalStateException when `bytes` aren't what [#encode] gave
  public static SenderKey decode(byte[] bytes) {
    try {
      return new SenderKey(
          SenderKeyRecord.parseFrom(bytes).getStatesList().stream().map(SenderKey::state).toList());
    } catch (InvalidProtocolBufferException | BadKey e) {
      throw new IllegalStateException("a stored sender key can't be read", e);
    }
  }

  private static State state(SenderKeyStateRecord record) {
    var signingKey = record.getSigningPublic().toByteArray();
    return new State(
        record.getKeyId(),
        StateRecord.chain(record.getChain()),
        signingKey,
        record.hasSigningPrivate()
            ? Optional.of(KeyPair.of(record.getSigningPrivate().toByteArray(), signingKey))
            : Optional.empty());
  }
}
