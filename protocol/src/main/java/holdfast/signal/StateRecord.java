package holdfast.signal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import holdfast.crypto.BadKey;
import holdfast.crypto.KeyPair;
import holdfast.proto.ChainRecord;
import holdfast.proto.RatchetStateRecord;
import holdfast.proto.ReceiverChainRecord;
import java.util.Optional;

/// The stored form of ratchet states and of chains.
final class StateRecord {
  private StateRecord() {}

  static ByteString encode(RatchetState state) {
    var own = state.own();
    var record =
        RatchetStateRecord.newBuilder()
            .setRemoteIdentity(bytes(state.remoteIdentity()))
            .setRemoteRegistrationId((int) state.remoteRegistrationId())
            .setRootKey(bytes(state.root().key()))
            .setBaseKey(bytes(state.baseKey()))
            .setOwnPrivate(bytes(own.pair().privateKey()))
            .setOwnPublic(bytes(own.pair().publicKey()))
            .setSendingChain(bytes(own.chainKey()))
            .setSendingCounter(own.counter())
            .setPreviousCounter(own.previousCounter());
    for (var receiver : state.receivers()) {
      record.addReceivers(
          ReceiverChainRecord.newBuilder()
              .setRatchetKey(bytes(receiver.ratchetKey()))
              .setChain(chain(receiver.chain())));
    }
    state
        .pending()
        .ifPresent(
            half -> {
              record.setPending(true).setPendingSignedPreKey(half.signedPreKeyId());
              half.preKeyId().ifPresent(record::setPendingPreKey);
            });
    return record.build().toByteString();
  }

  /// @throws IllegalStateException when `bytes` aren't what [#encode] gave
  static RatchetState decode(byte[] bytes) {
    try {
      var record = RatchetStateRecord.parseFrom(bytes);
      return new RatchetState(
          record.getRemoteIdentity().toByteArray(),
          Integer.toUnsignedLong(record.getRemoteRegistrationId()),
          record.getBaseKey().toByteArray(),
          new RootKey(record.getRootKey().toByteArray()),
          new RatchetState.Own(
              KeyPair.of(record.getOwnPrivate().toByteArray(), record.getOwnPublic().toByteArray()),
              record.getSendingChain().toByteArray(),
              record.getSendingCounter(),
              record.getPreviousCounter()),
          record.getReceiversList().stream()
              .map(
                  it ->
                      new RatchetState.Receiver(
                          it.getRatchetKey().toByteArray(), chain(it.getChain())))
              .toList(),
          pending(record));
    } catch (InvalidProtocolBufferException | BadKey e) {
      throw new IllegalStateException("a stored ratchet can't be read", e);
    }
  }

  private static Optional<RatchetState.Pending> pending(RatchetStateRecord record) {
    if (!record.getPending()) {
      return Optional.empty();
    }
    Optional<Integer> preKey =
        record.hasPendingPreKey() ? Optional.of(record.getPendingPreKey()) : Optional.empty();
    return Optional.of(new RatchetState.Pending(preKey, record.getPendingSignedPreKey()));
  }

  static ChainRecord chain(Chain chain) {
    var skipped = chain.skipped();
    var record =
        ChainRecord.newBuilder()
            .setKey(bytes(chain.key()))
            .setCounter(chain.counter())
            .setFloor(skipped.floor());
    for (var position : skipped.positions()) {
      record.addSkipped(position);
    }
    if (skipped.seeds().length > 0) {
      record.setSkippedSeeds(bytes(skipped.seeds()));
    }
    return record.build();
  }

  static Chain chain(ChainRecord record) {
    var positions = new int[record.getSkippedCount()];
    for (var i = 0; i < positions.length; i++) {
      positions[i] = record.getSkipped(i);
    }
    var skipped = new Skipped(record.getFloor(), positions, record.getSkippedSeeds().toByteArray());
    if (!skipped.isWhole()) {
      throw new IllegalStateException("a stored chain whose seeds don't fit its positions");
    }
    return new Chain(record.getKey().toByteArray(), record.getCounter(), skipped);
  }

  /// Arrays inside states are never written to, so the record can share them.
  private static ByteString bytes(byte[] array) {
    return UnsafeByteOperations.unsafeWrap(array);
  }
}
