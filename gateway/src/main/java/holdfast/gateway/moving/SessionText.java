package holdfast.gateway.moving;

import com.google.protobuf.ByteString;
import holdfast.proto.ReceiverChainRecord;
import java.util.LinkedHashMap;
import java.util.Map;

/// One ratchet as a session of libsignal-node's record, version `v1`.
///
/// Two things that it keeps we don't: whose base key it is, which only matters while nobody has
/// answered, and the other side's signed prekey before it has, in whose place stands a key that no
/// chain has.
final class SessionText {
  private static final int SENDING = 1;
  private static final int RECEIVING = 2;
  private static final int OURS = 1;
  private static final int THEIRS = 2;
  private static final int OPEN = -1;
  private static final int SEED_BYTES = 32;

  private SessionText() {}

  /// `age`: the newest has the greatest.
  static Map<String, Object> of(SessionFile.Kept kept, int age) {
    var state = kept.state();
    var session = new LinkedHashMap<String, Object>();
    session.put("registrationId", Integer.toUnsignedLong(state.getRemoteRegistrationId()));
    var own = typed(state.getOwnPublic());
    var last =
        state.getReceiversCount() > 0
            ? state.getReceivers(0).getRatchetKey()
            : state.getRemoteIdentity();
    session.put(
        "currentRatchet",
        Map.of(
            "ephemeralKeyPair",
            Map.of("pubKey", own, "privKey", plain(state.getOwnPrivate())),
            "lastRemoteEphemeralKey",
            typed(last),
            "previousCounter",
            Integer.toUnsignedLong(state.getPreviousCounter()),
            "rootKey",
            plain(state.getRootKey())));
    var base = typed(state.getBaseKey());
    session.put(
        "indexInfo",
        Map.of(
            "baseKey",
            base,
            "baseKeyType",
            state.getPending() ? OURS : THEIRS,
            "closed",
            kept.open() ? OPEN : age,
            "used",
            age,
            "created",
            age,
            "remoteIdentityKey",
            typed(state.getRemoteIdentity())));
    var chains = new LinkedHashMap<String, Object>();
    for (var receiver : state.getReceiversList().reversed()) {
      chains.put(typed(receiver.getRatchetKey()), receiving(receiver));
    }
    chains.put(own, chain(SENDING, state.getSendingCounter(), state.getSendingChain(), Map.of()));
    session.put("_chains", chains);
    if (state.getPending()) {
      var pending = new LinkedHashMap<String, Object>();
      pending.put("signedKeyId", state.getPendingSignedPreKey());
      pending.put("baseKey", base);
      if (state.hasPendingPreKey()) {
        pending.put("preKeyId", state.getPendingPreKey());
      }
      session.put("pendingPreKey", pending);
    }
    return session;
  }

  private static Map<String, Object> receiving(ReceiverChainRecord receiver) {
    var chain = receiver.getChain();
    var kept = new LinkedHashMap<String, String>();
    for (int index = 0; index < chain.getSkippedCount(); index++) {
      kept.put(
          Integer.toUnsignedString(chain.getSkipped(index)),
          plain(chain.getSkippedSeeds().substring(index * SEED_BYTES, (index + 1) * SEED_BYTES)));
    }
    return chain(RECEIVING, chain.getCounter(), chain.getKey(), kept);
  }

  private static Map<String, Object> chain(
      int type, int counter, ByteString key, Map<String, String> kept) {
    return Map.of(
        "chainKey",
        Map.of("counter", Integer.toUnsignedLong(counter) - 1, "key", plain(key)),
        "chainType",
        type,
        "messageKeys",
        kept);
  }

  private static String typed(ByteString key) {
    return Json.base64(Json.typed(key.toByteArray()));
  }

  private static String plain(ByteString bytes) {
    return Json.base64(bytes.toByteArray());
  }
}
