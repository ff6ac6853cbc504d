package holdfast.sandbox.phone;

import com.google.protobuf.ByteString;
import holdfast.crypto.Aes;
import holdfast.crypto.Digests;
import holdfast.crypto.Hkdf;
import holdfast.proto.KeyId;
import holdfast.proto.SyncActionData;
import holdfast.proto.SyncActionValue;
import holdfast.proto.SyncdIndex;
import holdfast.proto.SyncdMutation;
import holdfast.proto.SyncdPatch;
import holdfast.proto.SyncdRecord;
import holdfast.proto.SyncdValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// The first patch of an account's app state, encrypted by the phone: its push name (protocol page
/// 07 § 3 and 4; vectors `app-state.json`). Companions learn their name from it.
final class AppStateSeed {
  static final byte[] KEY_ID = {0, 0, 0, 0, 0, 1};
  static final String COLLECTION = "critical_block";

  private static final byte[] MUTATION_KEYS = utf8("WhatsApp Mutation Keys");
  private static final byte[] PATCH_INTEGRITY = utf8("WhatsApp Patch Integrity");
  private static final byte SET = 1;

  private final byte[] expanded;
  private final RandomGenerator random;

  AppStateSeed(byte[] key, RandomGenerator random) {
    this.expanded = Hkdf.derive(key, Hkdf.NONE, MUTATION_KEYS, 160);
    this.random = random;
  }

  private byte[] part(int index) {
    return Arrays.copyOfRange(expanded, 32 * index, 32 * index + 32);
  }

  /// A patch, without its version, that makes version 1 of the collection.
  byte[] pushName(String name, long nowMillis) {
    var index = utf8("[\"setting_pushName\"]");
    var value =
        SyncActionValue.newBuilder()
            .setTimestamp(nowMillis)
            .setPushNameSetting(SyncActionValue.PushNameSetting.newBuilder().setName(name));
    var data =
        SyncActionData.newBuilder()
            .setIndex(ByteString.copyFrom(index))
            .setValue(value)
            .setPadding(ByteString.EMPTY)
            .setVersion(1)
            .build()
            .toByteArray();
    return patch(index, data);
  }

  private byte[] patch(byte[] index, byte[] data) {
    var iv = new byte[16];
    random.nextBytes(iv);
    var encrypted = Adv.joined(iv, Aes.cbcEncrypt(part(1), iv, data));
    var valueMac =
        Arrays.copyOf(
            Digests.hmacSha512(
                part(2), new byte[] {SET}, KEY_ID, encrypted, longBytes(KEY_ID.length + 1)),
            32);
    var collection = utf8(COLLECTION);
    var snapshotMac = Digests.hmacSha256(part(3), sum(valueMac), longBytes(1), collection);
    var patchMac = Digests.hmacSha256(part(4), snapshotMac, valueMac, longBytes(1), collection);
    var key = KeyId.newBuilder().setId(ByteString.copyFrom(KEY_ID));
    var record =
        SyncdRecord.newBuilder()
            .setIndex(
                SyncdIndex.newBuilder()
                    .setBlob(ByteString.copyFrom(Digests.hmacSha256(part(0), index))))
            .setValue(
                SyncdValue.newBuilder()
                    .setBlob(ByteString.copyFrom(Adv.joined(encrypted, valueMac))))
            .setKeyId(key);
    return SyncdPatch.newBuilder()
        .addMutations(
            SyncdMutation.newBuilder()
                .setOperation(SyncdMutation.SyncdOperation.SET)
                .setRecord(record))
        .setSnapshotMac(ByteString.copyFrom(snapshotMac))
        .setPatchMac(ByteString.copyFrom(patchMac))
        .setKeyId(key)
        .build()
        .toByteArray();
  }

  /// The LTHash of a collection that holds one value: zero plus that value's expansion.
  private static byte[] sum(byte[] valueMac) {
    return Hkdf.derive(valueMac, Hkdf.NONE, PATCH_INTEGRITY, 128);
  }

  private static byte[] longBytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
