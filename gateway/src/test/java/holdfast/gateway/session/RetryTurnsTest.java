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
      var turn = turns.seat().take(earliest);
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
    var due = new TreeMap<Instant, RetryTurns.Seat>();
    for (int session = 0; session < 1000; session++) {
      var seat = turns.seat();
      due.put(seat.take(now), seat);
    }
    var seconds = new TreeMap<Long, Integer>();
    for (int attempt = 0; attempt < 100_000; attempt++) {
      var next = due.pollFirstEntry();
      now = next.getKey();
      seconds.merge(now.getEpochSecond(), 1, Integer::sum);
      due.put(next.getValue().take(now.plusSeconds(2)), next.getValue());
    }
    assertThat(due).hasSize(1000);
    assertThat(seconds.values()).allMatch(count -> count <= 50);
    assertThat(Duration.between(NOON, now)).isLessThan(Duration.ofSeconds(2010));
  }

  @Test
  @DisplayName("R15: a turn that would come too late isn't taken")
  void takesNoneTooLate() {
    var turns = new RetryTurns(1, () -> now);
    assertThat(turns.seat().take(NOON)).isEqualTo(NOON);
    var seat = turns.seat();
    assertThat(seat.takeBefore(NOON.plusSeconds(1), NOON)).isEmpty();
    assertThat(seat.takeBefore(NOON.plusSeconds(2), NOON)).hasValue(NOON.plusSeconds(1));
  }

  @Test
  @DisplayName("R15: after the clock was set back no two have the same turn")
  void sharesNoTurnAfterClocksAreSetBack() {
    var turns = new RetryTurns(1, () -> now);
    var early = turns.seat();
    early.take(NOON.plusSeconds(10));
    now = NOON.minusSeconds(5);

    assertThat(turns.seat().take(NOON.plusSeconds(10))).isEqualTo(NOON.plusSeconds(10));
    assertThat(early.take(NOON.plusSeconds(10))).isEqualTo(NOON.plusSeconds(11));
    assertThat(turns.seat().take(NOON.plusSeconds(10))).isEqualTo(NOON.plusSeconds(12));
  }

  @Test
  @DisplayName(
      "R15: who is started again and again, and so waits for none of its turns, keeps no other from"
          + " one")
  void givesBackWhatIsNotWaitedFor() {
    var turns = new RetryTurns(50, () -> now);
    var impatient = turns.seat();
    for (int start = 0; start < 10_000; start++) {
      impatient.take(now.plusSeconds(2));
    }
    for (int other = 0; other < 49; other++) {
      assertThat(turns.seat().take(NOON.plusSeconds(2))).isBefore(NOON.plusSeconds(3));
    }
    assertThat(turns.seat().take(NOON.plusSeconds(2))).isEqualTo(NOON.plusSeconds(3));
  }

  @Test
  @DisplayName("R15: nothing is put off by as much as the clock is set back")
  void outlivesClocks() {
    var turns = new RetryTurns(50, () -> now);
    turns.seat().take(now);
    now = NOON.minusSeconds(3600);
    assertThat(turns.seat().take(now.plusSeconds(2))).isEqualTo(now.plusSeconds(2));
  }
}
