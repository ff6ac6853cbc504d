package holdfast.gateway.moving;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.proto.ChainRecord;
import holdfast.proto.SenderKeyRecord;
import holdfast.proto.SenderKeyStateRecord;
import holdfast.signal.SenderKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A `sender-key-….json`: one device's sender keys of one group, the newest last. The file wraps a
/// second JSON text in bytes; older versions wrote the list itself.
final class SenderKeyFile {
  private static final int STATES_MAX = 5;
  private static final int SKIPPED_MAX = 2_000;
  private static final int KEY_BYTES = 32;

  private SenderKeyFile() {}

  /// The newest first.
  static List<SenderKeyStateRecord> read(Fields file) {
    var list = file.node().isArray() && !isBytes(file) ? file : inner(file);
    return list.elements().reversed().stream().map(SenderKeyFile::state).toList();
  }

  private static boolean isBytes(Fields file) {
    return file.node().path(0).isNumber();
  }

  private static Fields inner(Fields file) {
    return Fields.of(file.file(), file.bytes());
  }

  private static SenderKeyStateRecord state(Fields state) {
    var chain = state.at("senderChainKey");
    var signing = state.at("senderSigningKey");
    int iteration = (int) chain.at("iteration").number();
    var record =
        SenderKeyStateRecord.newBuilder()
            .setKeyId((int) state.at("senderKeyId").number())
            .setSigningPublic(ByteString.copyFrom(signing.at("public").key()))
            .setChain(
                skipped(state, iteration)
                    .setKey(ByteString.copyFrom(chain.at("seed").bytes(KEY_BYTES)))
                    .setCounter(iteration));
    signing
        .find("private")
        .filter(key -> key.bytes().length > 0)
        .ifPresent(key -> record.setSigningPrivate(ByteString.copyFrom(key.key())));
    return record.build();
  }

  /// Where the chain began isn't written down. What lies below the lowest kept key was perhaps
  /// never to be read here, so it may be asked for again.
  private static ChainRecord.Builder skipped(Fields state, int iteration) {
    var seeds = new TreeMap<Integer, ByteString>();
    state
        .find("senderMessageKeys")
        .filter(keys -> keys.node().isArray())
        .ifPresent(
            keys ->
                keys.elements()
                    .forEach(
                        key ->
                            seeds.put(
                                (int) key.at("iteration").number(),
                                ByteString.copyFrom(key.at("seed").bytes(KEY_BYTES)))));
    while (seeds.size() > SKIPPED_MAX) {
      seeds.pollFirstEntry();
    }
    var chain = ChainRecord.newBuilder().setFloor(seeds.isEmpty() ? iteration : seeds.firstKey());
    if (!seeds.isEmpty()) {
      chain.addAllSkipped(seeds.keySet());
      chain.setSkippedSeeds(ByteString.copyFrom(seeds.values()));
    }
    return chain;
  }

  /// `states`: the newest first.
  static SenderKey senderKey(List<SenderKeyStateRecord> states) {
    return SenderKey.decode(
        SenderKeyRecord.newBuilder()
            .addAllStates(states.stream().distinct().limit(STATES_MAX).toList())
            .build()
            .toByteArray());
  }

  /// As current versions write it.
  static byte[] write(SenderKey key) {
    try {
      var states = new ArrayList<Map<String, Object>>();
      for (var state : SenderKeyRecord.parseFrom(key.encode()).getStatesList().reversed()) {
        states.add(view(state));
      }
      return Json.bytes(Json.buffer(Json.text(states).getBytes(StandardCharsets.UTF_8)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a sender key's own bytes can't be read", e);
    }
  }

  private static Map<String, Object> view(SenderKeyStateRecord state) {
    var chain = state.getChain();
    var kept = new ArrayList<Map<String, Object>>();
    for (int index = 0; index < chain.getSkippedCount(); index++) {
      var key = new LinkedHashMap<String, Object>();
      key.put("iteration", Integer.toUnsignedLong(chain.getSkipped(index)));
      key.put(
          "seed",
          Json.buffer(
              chain
                  .getSkippedSeeds()
                  .substring(index * KEY_BYTES, (index + 1) * KEY_BYTES)
                  .toByteArray()));
      kept.add(key);
    }
    var view = new LinkedHashMap<String, Object>();
    view.put("senderKeyId", Integer.toUnsignedLong(state.getKeyId()));
    view.put(
        "senderChainKey",
        Map.of(
            "iteration",
            Integer.toUnsignedLong(chain.getCounter()),
            "seed",
            Json.buffer(chain.getKey().toByteArray())));
    view.put(
        "senderSigningKey",
        Map.of(
            "public",
            Json.buffer(Json.typed(state.getSigningPublic().toByteArray())),
            "private",
            Json.buffer(state.getSigningPrivate().toByteArray())));
    view.put("senderMessageKeys", kept);
    return view;
  }

  static String id(String group, String address) {
    int cut = address.lastIndexOf('.');
    return group + "::" + address.substring(0, cut) + "::" + address.substring(cut + 1);
  }
}
