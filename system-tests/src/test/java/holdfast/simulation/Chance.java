package holdfast.simulation;

import java.util.SplittableRandom;

/// What a seed decides.
final class Chance {
  private final SplittableRandom random;

  Chance(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /// Another stream of decisions, which this one doesn't disturb.
  SplittableRandom apart() {
    return random.split();
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  <T> T of(T[] choices) {
    return choices[random.nextInt(choices.length)];
  }

  <T> T of(java.util.List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /// Milliseconds: mostly at once, often within seconds, sometimes minutes.
  long pauseMs() {
    return switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> random.nextInt(20);
      case 4, 5, 6, 7 -> random.nextInt(400);
      case 8, 9, 10, 11, 12 -> random.nextInt(4_000);
      case 13, 14 -> random.nextInt(25_000);
      default -> random.nextInt(90_000);
    };
  }
}
