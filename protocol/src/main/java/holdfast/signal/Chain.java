package holdfast.signal;

import holdfast.crypto.Digests;

/// A symmetric chain as a reader has it: its position, and the seeds of what it has passed over. A
/// VALUE.
///
/// Ratchets and sender keys advance alike: seed = HMAC(key, 1), next key = HMAC(key, 2).
record Chain(byte[] key, int counter, Skipped skipped) {
  private static final int KEY_BYTES = 32;
  private static final byte[] SEED = {1};
  private static final byte[] NEXT = {2};

  /// Where a position stands.
  enum Place {
    /// Not reached yet, within the limit.
    AHEAD,
    /// Further ahead than the limit.
    TOO_FAR,
    /// Passed over, its seed kept.
    KEPT,
    /// Used up: whatever stood there was read.
    USED,
    /// Below everything that can be told: perhaps read, perhaps never readable.
    LOST
  }

  /// One position's seed, and the chain without it. The chain is worked out only when it is asked
  /// for, since most of the work is for what lies between, and a forged message shall not cause it.
  interface Taken {
    byte[] seed();

    Chain rest();
  }

  /// A chain that begins at `counter`: what lies before can't be read by this side.
  static Chain at(byte[] key, int counter) {
    return new Chain(key, counter, Skipped.from(counter));
  }

  byte[] seed() {
    return seed(key);
  }

  Chain next() {
    return new Chain(next(key), counter + 1, skipped);
  }

  Place place(int position, long jumpMax) {
    if (Integer.compareUnsigned(position, counter) >= 0) {
      return distance(position) <= jumpMax ? Place.AHEAD : Place.TOO_FAR;
    }
    if (skipped.has(position)) {
      return Place.KEPT;
    }
    return Integer.compareUnsigned(position, skipped.floor()) < 0 ? Place.LOST : Place.USED;
  }

  private long distance(int position) {
    return Integer.toUnsignedLong(position) - Integer.toUnsignedLong(counter);
  }

  /// `position`: AHEAD or KEPT.
  Taken take(int position) {
    return skipped.has(position) ? new Late(this, position) : ahead(this, position);
  }

  private static Taken ahead(Chain chain, int position) {
    var distance = (int) chain.distance(position);
    var kept = Math.min(distance, Skipped.MAX);
    var passed = new byte[kept * KEY_BYTES];
    var key = chain.key;
    for (var i = 0; i < distance; i++) {
      var index = i - (distance - kept);
      if (index >= 0) {
        System.arraycopy(key, 0, passed, index * KEY_BYTES, KEY_BYTES);
      }
      key = next(key);
    }
    return new Ahead(chain, position, key, passed);
  }

  private record Late(Chain chain, int position) implements Taken {
    @Override
    public byte[] seed() {
      return chain.skipped.seed(position);
    }

    @Override
    public Chain rest() {
      return new Chain(chain.key, chain.counter, chain.skipped.without(position));
    }
  }

  /// `key`: of the position. `passed`: the keys of as many positions before it as will be kept.
  private record Ahead(Chain chain, int position, byte[] key, byte[] passed) implements Taken {
    @Override
    public byte[] seed() {
      return Chain.seed(key);
    }

    @Override
    public Chain rest() {
      return new Chain(next(key), position + 1, skipped());
    }

    private Skipped skipped() {
      var count = passed.length / KEY_BYTES;
      if (count == 0) {
        return chain.skipped;
      }
      var seeds = new byte[count * Skipped.SEED_BYTES];
      var one = new byte[KEY_BYTES];
      for (var i = 0; i < count; i++) {
        System.arraycopy(passed, i * KEY_BYTES, one, 0, KEY_BYTES);
        System.arraycopy(Chain.seed(one), 0, seeds, i * Skipped.SEED_BYTES, Skipped.SEED_BYTES);
      }
      var first = position - count;
      // More than can be kept were passed at once: those between are given up unseen.
      var before = first == chain.counter ? chain.skipped : Skipped.from(first);
      return before.with(first, seeds);
    }
  }

  private static byte[] seed(byte[] key) {
    return Digests.hmacSha256(key, SEED);
  }

  private static byte[] next(byte[] key) {
    return Digests.hmacSha256(key, NEXT);
  }
}
