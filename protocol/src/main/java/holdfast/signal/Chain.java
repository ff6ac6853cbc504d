package holdfast.signal;

import holdfast.crypto.Digests;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A symmetric chain as a reader has it: its position, and the seeds of what it has passed over. A
/// VALUE.
///
/// Ratchets and sender keys advance alike: seed = HMAC(key, 1), next key = HMAC(key, 2).
record Chain(byte[] key, int counter, Map<Integer, byte[]> skipped) {
  /// Seeds kept for messages that haven't come; the oldest go first.
  static final int SKIPPED_MAX = 2_000;

  private static final byte[] SEED = {1};
  private static final byte[] NEXT = {2};

  static Chain at(byte[] key, int counter) {
    return new Chain(key, counter, Map.of());
  }

  /// The seed of one position, and the chain without it.
  record Taken(byte[] seed, Chain rest) {}

  byte[] seed() {
    return Digests.hmacSha256(key, SEED);
  }

  Chain next() {
    return new Chain(Digests.hmacSha256(key, NEXT), counter + 1, skipped);
  }

  /// How far `position` lies ahead; negative when it has been passed.
  long ahead(int position) {
    return Integer.toUnsignedLong(position) - Integer.toUnsignedLong(counter);
  }

  /// A seed that was passed over; empty when it was used.
  Optional<Taken> takeSkipped(int position) {
    var seed = skipped.get(position);
    if (seed == null) {
      return Optional.empty();
    }
    var rest = new LinkedHashMap<>(skipped);
    rest.remove(position);
    return Optional.of(new Taken(seed, new Chain(key, counter, rest)));
  }

  /// Goes ahead to `position`, keeping what lies between. The caller has bounded how far that is.
  Taken takeAhead(int position) {
    if (position == counter) {
      return new Taken(seed(), next());
    }
    var passed = new LinkedHashMap<>(skipped);
    var at = new Chain(key, counter, Map.of());
    while (at.counter != position) {
      passed.put(at.counter, at.seed());
      at = at.next();
    }
    var oldest = passed.keySet().iterator();
    while (passed.size() > SKIPPED_MAX) {
      oldest.next();
      oldest.remove();
    }
    var after = at.next();
    return new Taken(at.seed(), new Chain(after.key, after.counter, passed));
  }
}
