package holdfast.gateway.moving;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.KeyPair;
import holdfast.proto.ChainRecord;
import holdfast.proto.RatchetRecord;
import holdfast.proto.RatchetStateRecord;
import holdfast.proto.ReceiverChainRecord;
import holdfast.signal.Ratchet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A `session-….json`, read: the ratchets with one device as libsignal-node leaves them.
///
/// What that library calls a session is one ratchet. Its counters name the last position used, ours
/// the next one; the keys that it keeps for late messages are the seeds that we keep.
final class SessionFile {
  private static final int SENDING = 1;
  private static final int OPEN = -1;
  private static final int RECEIVERS_MAX = 5;
  private static final int ARCHIVED_MAX = 40;
  private static final int SKIPPED_MAX = 2_000;
  private static final int SEED_BYTES = 32;

  /// A key for chains that go no further: one that libsignal-node has closed, a sending chain that
  /// was never begun. Nothing genuine fits it.
  private static final ByteString NO_KEY = ByteString.copyFrom(new byte[SEED_BYTES]);

  /// `open`: whether it can be sent on; `usedMs`: when something was last read.
  record Kept(RatchetStateRecord state, boolean open, long usedMs) {
    byte[] remoteIdentity() {
      return state.getRemoteIdentity().toByteArray();
    }
  }

  private SessionFile() {}

  static List<Kept> read(Fields file) {
    var fallback = file.find("registrationId");
    return file.at("_sessions").members().values().stream()
        .map(session -> kept(session, fallback))
        .toList();
  }

  private static Kept kept(Fields session, Optional<Fields> registration) {
    var ratchet = session.at("currentRatchet");
    var own = ratchet.at("ephemeralKeyPair");
    var pair = KeyPair.of(own.at("privKey").key(), own.at("pubKey").key());
    var index = session.at("indexInfo");
    var state =
        RatchetStateRecord.newBuilder()
            .setRemoteIdentity(bytes(index.at("remoteIdentityKey").key()))
            .setRemoteRegistrationId(
                session
                    .find("registrationId")
                    .or(() -> registration)
                    .map(SessionFile::u32)
                    .orElse(0))
            .setRootKey(bytes(ratchet.at("rootKey").bytes(SEED_BYTES)))
            .setBaseKey(bytes(index.at("baseKey").key()))
            .setOwnPrivate(bytes(pair.privateKey()))
            .setOwnPublic(bytes(pair.publicKey()))
            .setPreviousCounter((int) Math.max(0, ratchet.at("previousCounter").number()));
    var sending = chains(session).stream().filter(it -> it.isSending(pair)).findFirst();
    state
        .setSendingChain(sending.flatMap(Chain::key).orElse(NO_KEY))
        .setSendingCounter(sending.map(Chain::counter).orElse(0));
    receivers(session, ratchet.at("lastRemoteEphemeralKey").key()).forEach(state::addReceivers);
    session.find("pendingPreKey").ifPresent(half -> pending(state, half));
    boolean open = index.at("closed").number() == OPEN && sending.flatMap(Chain::key).isPresent();
    return new Kept(state.build(), open, index.find("used").map(Fields::number).orElse(0L));
  }

  private static void pending(RatchetStateRecord.Builder state, Fields half) {
    state.setPending(true).setPendingSignedPreKey(u32(half.at("signedKeyId")));
    half.find("preKeyId").ifPresent(id -> state.setPendingPreKey(u32(id)));
  }

  private static int u32(Fields number) {
    return (int) number.number();
  }

  private record Chain(byte[] ratchetKey, Fields fields) {
    boolean isSending(KeyPair own) {
      return fields.at("chainType").number() == SENDING
          && Arrays.equals(ratchetKey, own.publicKey());
    }

    boolean isReceiving() {
      return fields.at("chainType").number() != SENDING;
    }

    /// The next position.
    int counter() {
      return (int) (fields.at("chainKey").at("counter").number() + 1);
    }

    Optional<ByteString> key() {
      return fields.at("chainKey").find("key").map(key -> bytes(key.bytes(SEED_BYTES)));
    }

    boolean keepsKeys() {
      return fields.find("messageKeys").filter(keys -> !keys.members().isEmpty()).isPresent();
    }

    ReceiverChainRecord record() {
      return ReceiverChainRecord.newBuilder()
          .setRatchetKey(bytes(ratchetKey))
          .setChain(skipped().setKey(key().orElse(NO_KEY)).setCounter(counter()))
          .build();
    }

    /// Everything below the counter that has no key was read: chains begin at 0.
    private ChainRecord.Builder skipped() {
      var seeds = new TreeMap<Integer, byte[]>();
      fields
          .find("messageKeys")
          .ifPresent(
              keys ->
                  keys.members()
                      .forEach((at, seed) -> seeds.put(position(at), seed.bytes(SEED_BYTES))));
      var chain = ChainRecord.newBuilder().setFloor(0);
      while (seeds.size() > SKIPPED_MAX) {
        chain.setFloor(seeds.pollFirstEntry().getKey() + 1);
      }
      if (!seeds.isEmpty()) {
        chain.addAllSkipped(seeds.keySet());
        chain.setSkippedSeeds(
            ByteString.copyFrom(seeds.values().stream().map(ByteString::copyFrom).toList()));
      }
      return chain;
    }

    private int position(String text) {
      try {
        return Integer.parseUnsignedInt(text);
      } catch (NumberFormatException _) {
        throw fields.unfit("has a key of no position");
      }
    }
  }

  private static List<Chain> chains(Fields session) {
    return session.at("_chains").members().entrySet().stream()
        .map(entry -> new Chain(ratchetKey(entry.getValue(), entry.getKey()), entry.getValue()))
        .toList();
  }

  private static byte[] ratchetKey(Fields chain, String base64) {
    return new Fields(chain.file(), chain.path(), Fields.JSON.getNodeFactory().textNode(base64))
        .key();
  }

  /// The other side's present chain first, then the newest. libsignal-node forgets none: of those
  /// that it is done with only as many are taken as there is room for.
  private static List<ReceiverChainRecord> receivers(Fields session, byte[] present) {
    var newest = new ArrayList<>(chains(session).reversed());
    newest.removeIf(chain -> !chain.isReceiving());
    newest.sort(
        Comparator.comparing(
            chain -> Arrays.equals(chain.ratchetKey(), present) ? 0 : chain.keepsKeys() ? 1 : 2));
    return newest.stream().limit(RECEIVERS_MAX).map(Chain::record).toList();
  }

  /// One device's ratchets, from all files that turned out to be its own. Heard ones go before
  /// those that nobody has answered yet, and of equals the one used last is spoken on.
  static Ratchet ratchet(List<Kept> all) {
    var current =
        all.stream()
            .filter(Kept::open)
            .max(
                Comparator.<Kept, Boolean>comparing(it -> !it.state().getPending())
                    .thenComparing(Kept::usedMs));
    var record = RatchetRecord.newBuilder();
    current.ifPresent(it -> record.setCurrent(it.state().toByteString()));
    all.stream()
        .filter(it -> !current.equals(Optional.of(it)))
        .sorted(Comparator.comparing(Kept::usedMs).reversed())
        .limit(ARCHIVED_MAX)
        .forEach(it -> record.addArchived(it.state().toByteString()));
    return Ratchet.decode(record.build().toByteArray());
  }

  /// The states within a ratchet, the current one first if there is one.
  static Stream<Kept> states(Ratchet ratchet) {
    try {
      var record = RatchetRecord.parseFrom(ratchet.encode());
      var states = new ArrayList<Kept>();
      if (record.hasCurrent()) {
        states.add(new Kept(RatchetStateRecord.parseFrom(record.getCurrent()), true, 0));
      }
      for (var bytes : record.getArchivedList()) {
        states.add(new Kept(RatchetStateRecord.parseFrom(bytes), false, 0));
      }
      return states.stream();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a ratchet's own bytes can't be read", e);
    }
  }

  private static ByteString bytes(byte[] array) {
    return ByteString.copyFrom(array);
  }
}
