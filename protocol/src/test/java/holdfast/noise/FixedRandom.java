package holdfast.noise;

import java.util.random.RandomGenerator;

/// Gives the bytes it was made with, once.
final class FixedRandom implements RandomGenerator {
  private final byte[] bytes;
  private int next;

  FixedRandom(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public void nextBytes(byte[] target) {
    System.arraycopy(bytes, next, target, 0, target.length);
    next += target.length;
  }

  @Override
  public long nextLong() {
    throw new IllegalStateException("only bytes are fixed");
  }
}
