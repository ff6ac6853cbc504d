package holdfast.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RetryTurnsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private Instant now = NOON;

  @Test
  @DisplayName("R15: however many ask, no second has more turns than the limit, and none is wasted")
  void keepsTheLimit() {
    var turns = new RetryTurns(50, () -> now);
    var random = new Random(3);
    var given = new TreeSet<Instant>();
    for (int ask = 0; ask < 1000; ask++) {
      var earliest = now.plusMillis(random.nextInt(250, 2001));
      var turn = turns.take(earliest);
      assertThat(turn).isAfterOrEqualTo(earliest);
      assertThat(given.add(turn)).as("a turn is given once").isTrue();
    }
    for (var turn : given) {
      assertThat(given.subSet(turn, turn.plusSeconds(1))).hasSizeLessThanOrEqualTo(50);
    }
    assertThat(given.getLast()).isBefore(NOON.plusSeconds(23));
  }

  @Test
  @DisplayName("R15: over an outage of hours with a thousand sessions the limit holds as well")
  void outlastsOutages() {
    var turns = new RetryTurns(50, () -> now);
    var due = new TreeMap<Instant, Integer>();
    for (int session = 0; session < 1000; session++) {
      due.put(turns.take(now), session);
    }
    var seconds = new TreeMap<Long, Integer>();
    for (int attempt = 0; attempt < 100_000; attempt++) {
      var next = due.pollFirstEntry();
      now = next.getKey();
      seconds.merge(now.getEpochSecond(), 1, Integer::sum);
      due.put(turns.take(now.plusSeconds(2)), next.getValue());
    }
    assertThat(due).hasSize(1000);
    assertThat(seconds.values()).allMatch(count -> count <= 50);
    assertThat(Duration.between(NOON, now)).isLessThan(Duration.ofSeconds(2010));
  }

  @Test
  @DisplayName("R15: a turn that would come too late isn't taken")
  void takesNoneTooLate() {
    var turns = new RetryTurns(1, () -> now);
    assertThat(turns.take(NOON)).isEqualTo(NOON);
    assertThat(turns.takeBefore(NOON.plusSeconds(1), NOON)).isEmpty();
    assertThat(turns.takeBefore(NOON.plusSeconds(2), NOON)).hasValue(NOON.plusSeconds(1));
  }
}
