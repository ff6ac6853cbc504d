package holdfast.signal;

import com.google.protobuf.UnsafeByteOperations;
import holdfast.crypto.Digests;
import holdfast.crypto.KeyPair;
import holdfast.proto.PreKeyWhisperMessage;
import holdfast.proto.WhisperMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// One ratchet: what was agreed once, and where both sides have got since. A VALUE.
///
/// `own`: this side's present ratchet pair with its sending chain. `previousCounter`: the last
/// index used on the sending chain before it. `receivers`: the other side's chains, newest first.
/// `pending`: nothing has been heard from the other side yet, so every message carries our half
/// of X3DH.
record RatchetState(
    byte[] remoteIdentity,
    long remoteRegistrationId,
    byte[] baseKey,
    RootKey root,
    Own own,
    List<Receiver> receivers,
    Optional<Pending> pending) {
  /// Late messages of older chains can still be read.
  private static final int RECEIVERS_MAX = 5;

  /// How far a message may lie ahead.
  private static final long JUMP_MAX = 2_000;

  record Own(KeyPair pair, byte[] chainKey, int counter, int previousCounter) {}

  record Receiver(byte[] ratchetKey, Chain chain) {}

  record Pending(Optional<Integer> preKeyId, int signedPreKeyId) {}

  record Encrypted(RatchetState next, Ciphertext ciphertext) {}

  sealed interface Trial {
    record Read(RatchetState next, byte[] plaintext) implements Trial {}

    record Used() implements Trial {}

    record Unreadable(Ratchet.Reason reason) implements Trial {}
  }

  // ---- sending

  Encrypted encrypt(Ratchet.Self self, byte[] padded) {
    var chain = Chain.at(own.chainKey(), own.counter());
    var keys = MessageKeys.of(chain.seed());
    var message =
        WhisperMessage.newBuilder()
            .setRatchetKey(WireKeys.wire(own.pair().publicKey()))
            .setCounter(own.counter())
            .setPreviousCounter(own.previousCounter())
            .setCiphertext(UnsafeByteOperations.unsafeWrap(keys.encrypt(padded)))
            .build();
    var versioned = WhisperText.versioned(message);
    var mac = keys.mac(self.identity().publicKey(), remoteIdentity, versioned);
    var bytes = Arrays.copyOf(versioned, versioned.length + mac.length);
    System.arraycopy(mac, 0, bytes, versioned.length, mac.length);
    var after = chain.next();
    var next =
        with(new Own(own.pair(), after.key(), after.counter(), own.previousCounter()), receivers);
    return new Encrypted(
        next,
        pending
            .map(half -> first(self, half, bytes))
            .orElseGet(() -> new Ciphertext(Ciphertext.Type.MSG, bytes)));
  }

  private Ciphertext first(Ratchet.Self self, Pending half, byte[] message) {
    var first =
        PreKeyWhisperMessage.newBuilder()
            .setBaseKey(WireKeys.wire(baseKey))
            .setIdentityKey(WireKeys.wire(self.identity().publicKey()))
            .setMessage(UnsafeByteOperations.unsafeWrap(message))
            .setRegistrationId((int) self.registrationId())
            .setSignedPreKeyId(half.signedPreKeyId());
    half.preKeyId().ifPresent(first::setPreKeyId);
    return new Ciphertext(Ciphertext.Type.PKMSG, WhisperText.versioned(first.build()));
  }

  // ---- receiving

  /// Reads a message, or says why not; this state stays as it is. Draws a key pair only for a
  /// message that is genuine.
  Trial decrypt(Ratchet.Self self, WhisperText message, RandomGenerator random) {
    var known = receiver(message.ratchetKey());
    return known.isPresent()
        ? onKnownChain(self, message, known.get())
        : onNewChain(self, message, random);
  }

  /// Whether a chain of this ratchet key was begun here. Then no other ratchet has it.
  boolean knows(byte[] ratchetKey) {
    return receiver(ratchetKey).isPresent();
  }

  /// Whether this is what the other side's first messages with this base key began.
  boolean beganWith(byte[] base, byte[] identity) {
    return Arrays.equals(baseKey, base) && Arrays.equals(remoteIdentity, identity);
  }

  private Optional<Receiver> receiver(byte[] ratchetKey) {
    for (var receiver : receivers) {
      if (Arrays.equals(receiver.ratchetKey(), ratchetKey)) {
        return Optional.of(receiver);
      }
    }
    return Optional.empty();
  }

  private Trial onKnownChain(Ratchet.Self self, WhisperText message, Receiver receiver) {
    var chain = receiver.chain();
    return switch (chain.place(message.counter(), JUMP_MAX)) {
      case USED -> new Trial.Used();
      // Its key was given up: the other side can send it again, which nobody asks for a duplicate.
      case LOST -> new Trial.Unreadable(Ratchet.Reason.UNKNOWN);
      case TOO_FAR -> new Trial.Unreadable(Ratchet.Reason.TOO_FAR_IN_FUTURE);
      case AHEAD, KEPT -> onKnownChain(self, message, receiver, chain.take(message.counter()));
    };
  }

  private Trial onKnownChain(
      Ratchet.Self self, WhisperText message, Receiver receiver, Chain.Taken taken) {
    var plaintext = read(self, message, taken.seed());
    if (plaintext.isEmpty()) {
      return new Trial.Unreadable(Ratchet.Reason.BAD_MAC);
    }
    var moved = new ArrayList<>(receivers);
    moved.set(receivers.indexOf(receiver), new Receiver(receiver.ratchetKey(), taken.rest()));
    return new Trial.Read(answered(own, root, moved), plaintext.get());
  }

  private Trial onNewChain(Ratchet.Self self, WhisperText message, RandomGenerator random) {
    if (Integer.toUnsignedLong(message.counter()) > JUMP_MAX) {
      return new Trial.Unreadable(Ratchet.Reason.TOO_FAR_IN_FUTURE);
    }
    var receiving = root.step(own.pair().agree(message.ratchetKey()));
    var taken = Chain.at(receiving.chainKey(), 0).take(message.counter());
    var plaintext = read(self, message, taken.seed());
    if (plaintext.isEmpty()) {
      return new Trial.Unreadable(Ratchet.Reason.BAD_MAC);
    }
    var pair = KeyPair.generate(random);
    var sending = receiving.root().step(pair.agree(message.ratchetKey()));
    var next = new Own(pair, sending.chainKey(), 0, Math.max(own.counter() - 1, 0));
    var chains = new ArrayList<Receiver>();
    chains.add(new Receiver(message.ratchetKey(), taken.rest()));
    chains.addAll(receivers.subList(0, Math.min(receivers.size(), RECEIVERS_MAX - 1)));
    return new Trial.Read(answered(next, sending.root(), chains), plaintext.get());
  }

  private Optional<byte[]> read(Ratchet.Self self, WhisperText message, byte[] seed) {
    var keys = MessageKeys.of(seed);
    var mac = keys.mac(remoteIdentity, self.identity().publicKey(), message.versioned());
    return Digests.equal(mac, message.mac())
        ? Optional.of(keys.decrypt(message.ciphertext()))
        : Optional.empty();
  }

  private RatchetState with(Own next, List<Receiver> chains) {
    return new RatchetState(
        remoteIdentity, remoteRegistrationId, baseKey, root, next, chains, pending);
  }

  /// The other side has been heard: our half of X3DH needn't be repeated.
  private RatchetState answered(Own next, RootKey nextRoot, List<Receiver> chains) {
    return new RatchetState(
        remoteIdentity,
        remoteRegistrationId,
        baseKey,
        nextRoot,
        next,
        List.copyOf(chains),
        Optional.empty());
  }
}
