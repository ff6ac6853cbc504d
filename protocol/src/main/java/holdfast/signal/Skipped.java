package holdfast.signal;

import java.util.Arrays;

/// The seeds of positions that a chain has passed over. A VALUE, and compact: a sender who leaves
/// every second position out fills it to its limit.
///
/// `positions` ascend, as unsigned numbers. `floor`: of a position below it nothing can be told any
/// more: it was passed before this side had the chain, or given up to make room. `seeds`: 32 bytes
/// for each position, in the same order.
record Skipped(int floor, int[] positions, byte[] seeds) {
  /// As many are kept; the oldest go first.
  static final int MAX = 2_000;

  static final int SEED_BYTES = 32;

  private static final int[] NO_POSITIONS = {};
  private static final byte[] NO_SEEDS = {};

  static Skipped from(int floor) {
    return new Skipped(floor, NO_POSITIONS, NO_SEEDS);
  }

  boolean has(int position) {
    return index(position) >= 0;
  }

  byte[] seed(int position) {
    var at = index(position) * SEED_BYTES;
    return Arrays.copyOfRange(seeds, at, at + SEED_BYTES);
  }

  Skipped without(int position) {
    var index = index(position);
    if (positions.length == 1) {
      return from(floor);
    }
    var fewer = new int[positions.length - 1];
    System.arraycopy(positions, 0, fewer, 0, index);
    System.arraycopy(positions, index + 1, fewer, index, fewer.length - index);
    var rest = new byte[fewer.length * SEED_BYTES];
    System.arraycopy(seeds, 0, rest, 0, index * SEED_BYTES);
    System.arraycopy(
        seeds,
        (index + 1) * SEED_BYTES,
        rest,
        index * SEED_BYTES,
        rest.length - index * SEED_BYTES);
    return new Skipped(floor, fewer, rest);
  }

  /// With the seeds of `first` and what follows it, all above what is kept so far.
  Skipped with(int first, byte[] more) {
    var added = more.length / SEED_BYTES;
    var dropped = Math.max(0, positions.length + added - MAX);
    var kept = positions.length - dropped;
    var allPositions = Arrays.copyOfRange(positions, dropped, dropped + kept + added);
    for (var i = 0; i < added; i++) {
      allPositions[kept + i] = first + i;
    }
    var from = dropped * SEED_BYTES;
    var allSeeds = Arrays.copyOfRange(seeds, from, from + allPositions.length * SEED_BYTES);
    System.arraycopy(more, 0, allSeeds, kept * SEED_BYTES, more.length);
    return new Skipped(dropped == 0 ? floor : positions[dropped - 1] + 1, allPositions, allSeeds);
  }

  /// Negative when it isn't there.
  private int index(int position) {
    var low = 0;
    var high = positions.length - 1;
    while (low <= high) {
      var middle = (low + high) >>> 1;
      var order = Integer.compareUnsigned(positions[middle], position);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /// Whether what was read from a store can be one.
  boolean isWhole() {
    return seeds.length == positions.length * SEED_BYTES;
  }
}
