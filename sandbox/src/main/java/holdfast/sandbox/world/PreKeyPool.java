package holdfast.sandbox.world;

import holdfast.signal.Bundle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The one-time prekeys of a device, first in, first out; each is given out once.
///
/// Kept as the bytes of the wire (3 of id, 32 of key), so that a pool of 812 costs 28 KB.
public final class PreKeyPool {
  private static final int ENTRY = 35;

  private byte[] entries;
  private int head;

  public PreKeyPool(byte[] entries, int head) {
    this.entries = entries;
    this.head = head;
  }

  public int size() {
    return entries.length / ENTRY - head;
  }

  /// Appends keys and forgets those that are gone.
  void add(List<Bundle.OneTime> keys) {
    int kept = size() * ENTRY;
    var grown = new byte[kept + keys.size() * ENTRY];
    System.arraycopy(entries, head * ENTRY, grown, 0, kept);
    int at = kept;
    for (var key : keys) {
      grown[at] = (byte) (key.id() >>> 16);
      grown[at + 1] = (byte) (key.id() >>> 8);
      grown[at + 2] = (byte) key.id();
      System.arraycopy(key.key(), 0, grown, at + 3, 32);
      at += ENTRY;
    }
    entries = grown;
    head = 0;
  }

  Optional<Bundle.OneTime> take() {
    if (size() == 0) {
      return Optional.empty();
    }
    return Optional.of(read(head++));
  }

  /// What is left, oldest first.
  public List<Bundle.OneTime> keys() {
    var keys = new ArrayList<Bundle.OneTime>(size());
    for (int i = head; i < entries.length / ENTRY; i++) {
      keys.add(read(i));
    }
    return keys;
  }

  private Bundle.OneTime read(int index) {
    int at = index * ENTRY;
    int id = (entries[at] & 0xFF) << 16 | (entries[at + 1] & 0xFF) << 8 | (entries[at + 2] & 0xFF);
    return new Bundle.OneTime(id, Arrays.copyOfRange(entries, at + 3, at + ENTRY));
  }

  byte[] entries() {
    return entries;
  }

  int head() {
    return head;
  }
}
