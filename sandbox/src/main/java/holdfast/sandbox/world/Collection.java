package holdfast.sandbox.world;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.proto.SyncdPatch;
import holdfast.proto.SyncdVersion;
import java.util.ArrayList;
import java.util.List;

/// One collection of an account's app state: an ordered list of encrypted patches that the server
/// can't read (protocol page 07 § 7). Patch n makes version n.
public final class Collection {
  private record Stored(List<byte[]> patches) {}

  private final Records records;
  private final String key;
  private final List<byte[]> patches = new ArrayList<>();

  Collection(Records records, String key) {
    this.records = records;
    this.key = key;
  }

  void restore(byte[] bytes) {
    patches.addAll(Json.read(bytes, Stored.class).patches());
  }

  public long version() {
    return patches.size();
  }

  /// The patches after a version, as they are served: with their version.
  public List<byte[]> after(long version) {
    return patches.subList((int) Math.min(version, patches.size()), patches.size());
  }

  /// Takes a patch as uploaded, without a version. @throws IllegalArgumentException for bytes that
  /// can't be one
  public void append(byte[] uploaded) {
    patches.add(served(uploaded, version() + 1));
    records.put("collection", key, () -> Json.bytes(new Stored(patches)));
  }

  private static byte[] served(byte[] uploaded, long version) {
    try {
      var patch = SyncdPatch.parseFrom(uploaded);
      boolean hasContent = patch.getMutationsCount() > 0 || patch.hasExternalMutations();
      if (!hasContent || patch.getSnapshotMac().size() != 32 || patch.getPatchMac().size() != 32) {
        throw new IllegalArgumentException("a patch without mutations or MACs");
      }
      return patch.toBuilder()
          .setVersion(SyncdVersion.newBuilder().setVersion(version))
          .build()
          .toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("bytes that are no patch", e);
    }
  }
}
