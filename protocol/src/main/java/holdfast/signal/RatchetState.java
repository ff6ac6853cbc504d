package holdfast.signal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.Digests;
import holdfast.crypto.KeyPair;
import holdfast.proto.PreKeyWhisperMessage;
import holdfast.proto.RatchetStateRecord;
import holdfast.proto.ReceiverChainRecord;
import holdfast.proto.WhisperMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// One ratchet: what was agreed once, and where both sides have got since. A VALUE.
///
/// `own`: this side's present ratchet pair with its sending chain. `previousCounter`: the last
/// index used on the
/// sending chain before it. `receivers`: the other side's chains, newest first. `pending`: nothing
/// has been heard
/// from the other side yet, so every message carries our half of X3DH.
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
            .setCiphertext(ByteString.copyFrom(keys.encrypt(padded)))
            .build();
    var versioned = WhisperText.versioned(message.toByteArray());
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
            .setMessage(ByteString.copyFrom(message))
            .setRegistrationId((int) self.registrationId())
            .setSignedPreKeyId(half.signedPreKeyId());
    half.preKeyId().ifPresent(first::setPreKeyId);
    return new Ciphertext(
        Ciphertext.Type.PKMSG, WhisperText.versioned(first.build().toByteArray()));
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

  private Optional<Receiver> receiver(byte[] ratchetKey) {
    return receivers.stream().filter(it -> Arrays.equals(it.ratchetKey(), ratchetKey)).findFirst();
  }

  private Trial onKnownChain(Ratchet.Self self, WhisperText message, Receiver receiver) {
    var ahead = receiver.chain().ahead(message.counter());
    if (ahead > JUMP_MAX) {
      return new Trial.Unreadable(Ratchet.Reason.TOO_FAR_IN_FUTURE);
    }
    var taken =
        ahead < 0
            ? receiver.chain().takeSkipped(message.counter())
            : Optional.of(receiver.chain().takeAhead(message.counter()));
    if (taken.isEmpty()) {
      return new Trial.Used();
    }
    return read(self, message, taken.get().seed())
        .<Trial>map(
            plaintext -> {
              var moved = new ArrayList<>(receivers);
              moved.set(
                  receivers.indexOf(receiver),
                  new Receiver(receiver.ratchetKey(), taken.get().rest()));
              return new Trial.Read(answered(own, root, moved), plaintext);
            })
        .orElseGet(() -> new Trial.Unreadable(Ratchet.Reason.BAD_MAC));
  }

  private Trial onNewChain(Ratchet.Self self, WhisperText message, RandomGenerator random) {
    if (Integer.toUnsignedLong(message.counter()) > JUMP_MAX) {
      return new Trial.Unreadable(Ratchet.Reason.TOO_FAR_IN_FUTURE);
    }
    var receiving = root.step(own.pair().agree(message.ratchetKey()));
    var taken = Chain.at(receiving.chainKey(), 0).takeAhead(message.counter());
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

  // ---- for a store

  byte[] encode() {
    var record =
        RatchetStateRecord.newBuilder()
            .setRemoteIdentity(ByteString.copyFrom(remoteIdentity))
            .setRemoteRegistrationId((int) remoteRegistrationId)
            .setRootKey(ByteString.copyFrom(root.key()))
            .setBaseKey(ByteString.copyFrom(baseKey))
            .setOwnPrivate(ByteString.copyFrom(own.pair().privateKey()))
            .setOwnPublic(ByteString.copyFrom(own.pair().publicKey()))
            .setSendingChain(ByteString.copyFrom(own.chainKey()))
            .setSendingCounter(own.counter())
            .setPreviousCounter(own.previousCounter());
    receivers.forEach(it -> record.addReceivers(record(it)));
    pending.ifPresent(
        half -> {
          record.setPending(true).setPendingSignedPreKey(half.signedPreKeyId());
          half.preKeyId().ifPresent(record::setPendingPreKey);
        });
    return record.build().toByteArray();
  }

  private static ReceiverChainRecord record(Receiver receiver) {
    var chain = receiver.chain();
    return ReceiverChainRecord.newBuilder()
        .setRatchetKey(ByteString.copyFrom(receiver.ratchetKey()))
        .setChainKey(ByteString.copyFrom(chain.key()))
        .setCounter(chain.counter())
        .addAllSkipped(chain.skipped().keySet())
        .setSkippedSeeds(seeds(chain.skipped()))
        .build();
  }

  static ByteString seeds(Map<Integer, byte[]> skipped) {
    return ByteString.copyFrom(skipped.values().stream().map(ByteString::copyFrom).toList());
  }

  /// Seeds of 32 bytes each, in the order of their positions.
  static Map<Integer, byte[]> skipped(List<Integer> positions, ByteString seeds) {
    if (seeds.size() != 32 * positions.size()) {
      throw new IllegalStateException("a stored chain whose seeds don't fit its positions");
    }
    var map = new LinkedHashMap<Integer, byte[]>();
    for (var i = 0; i < positions.size(); i++) {
      map.put(positions.get(i), seeds.substring(32 * i, 32 * i + 32).toByteArray());
    }
    return map;
  }

  static RatchetState decode(byte[] bytes) {
    try {
      var record = RatchetStateRecord.parseFrom(bytes);
      return new RatchetState(
          record.getRemoteIdentity().toByteArray(),
          Integer.toUnsignedLong(record.getRemoteRegistrationId()),
          record.getBaseKey().toByteArray(),
          new RootKey(record.getRootKey().toByteArray()),
          new Own(
              KeyPair.of(record.getOwnPrivate().toByteArray(), record.getOwnPublic().toByteArray()),
              record.getSendingChain().toByteArray(),
              record.getSendingCounter(),
              record.getPreviousCounter()),
          record.getReceiversList().stream().map(RatchetState::receiver).toList(),
          record.getPending()
              ? Optional.of(
                  new Pending(
                      record.hasPendingPreKey()
                          ? Optional.of(record.getPendingPreKey())
                          : Optional.empty(),
                      record.getPendingSignedPreKey()))
              : Optional.empty());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored ratchet can't be read", e);
    }
  }

  private static Receiver receiver(ReceiverChainRecord record) {
    return new Receiver(
        record.getRatchetKey().toByteArray(),
        new Chain(
            record.getChainKey().toByteArray(),
            record.getCounter(),
            skipped(record.getSkippedList(), record.getSkippedSeeds())));
  }
}
