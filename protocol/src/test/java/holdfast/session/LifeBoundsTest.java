package holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// How long a life waits: for a start to come to an end, for the next attempt, for conflicts to be
/// forgotten.
class LifeBoundsTest extends LifeTale {
  private static final Outcome UNREACHABLE_TOLD =
      new Outcome.StartFailed("unreachable", 408, "", false);

  // ---- a start's bound

  @Test
  @DisplayName("R8: who waits for a link while the network is away is told so after 180 s")
  void tellsWhoWaitsForALink() {
    life = unlinked();
    start(ANN, Input.Wait.CONNECTED);
    failWhile(() -> !(life.phase() instanceof Phase.Stopped));

    assertThat(answers()).containsExactly(new Life.Effect.Answer(ANN, UNREACHABLE_TOLD));
    assertThat(sinceNoon()).isBetween(Duration.ofSeconds(179), Duration.ofSeconds(186));
  }

  @Test
  @DisplayName("R8: who waits for a link's connection is told after 180 s, and the link goes on")
  void tellsWhoWaitsForAConnection() {
    start(ANN, Input.Wait.CONNECTED);
    failWhile(() -> answers().isEmpty());

    assertThat(answers()).containsExactly(new Life.Effect.Answer(ANN, UNREACHABLE_TOLD));
    assertThat(sinceNoon()).isEqualTo(Duration.ofMinutes(3));
    assertThat(life.control().wanted()).isTrue();
    ring();
    assertThat(life.phase()).isInstanceOf(Phase.Connecting.class);
  }

  @Test
  @DisplayName("R8: who starts every minute doesn't keep an attempt to make a link alive")
  void isntKeptAlive() {
    life = unlinked();
    start(ANN, Input.Wait.CONNECTED);
    for (int minute = 1; minute < 5 && !(life.phase() instanceof Phase.Stopped); minute++) {
      var next = LifeWalk.NOW.plus(Duration.ofMinutes(minute));
      failWhile(() -> now.isBefore(next) && !(life.phase() instanceof Phase.Stopped));
      if (!(life.phase() instanceof Phase.Stopped)) {
        start(BEN, Input.Wait.NONE);
      }
    }

    assertThat(life.phase()).isInstanceOf(Phase.Stopped.class);
    assertThat(sinceNoon()).isBetween(Duration.ofSeconds(179), Duration.ofSeconds(186));
    assertThat(answers()).contains(new Life.Effect.Answer(ANN, UNREACHABLE_TOLD));
  }

  @Test
  @DisplayName("R8: from the scan on the 180 s run anew")
  void beginsAnewAtTheScan() {
    life = unlinked();
    start(ANN, Input.Wait.CONNECTED);
    var refs = List.of("1", "2", "3", "4", "5", "6", "7", "8");
    take(new Life.Input.RefsOffered(generation(), refs));
    now = LifeWalk.NOW.plusSeconds(170);
    take(new Life.Input.Alarm());
    take(new Life.Input.Paired(generation(), LifeWalk.ACCOUNT));
    closed(RESTART);
    ring();
    failWhile(() -> answers().isEmpty());

    assertThat(sinceNoon()).isEqualTo(Duration.ofSeconds(350));
    assertThat(answers()).containsExactly(new Life.Effect.Answer(ANN, UNREACHABLE_TOLD));
  }

  // ---- the next attempt

  @Test
  @DisplayName("R15: the back-off is forgotten after 60 s of a stable connection, not after 59")
  void forgetsTheBackOff() {
    start(ANN, Input.Wait.NONE);
    var longest = Duration.ZERO;
    for (int time = 0; time < 10; time++) {
      verify();
      now = now.plusSeconds(59);
      closed(LOST);
      longest = untilNext().compareTo(longest) > 0 ? untilNext() : longest;
      ring();
    }
    assertThat(longest).isGreaterThan(Duration.ofMinutes(1));

    verify();
    now = now.plusSeconds(60);
    closed(LOST);
    assertThat(untilNext()).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  @DisplayName("R15: an attempt that no server has answered goes when the process lets it")
  void awaitsItsTurn() {
    policy = Policy.MANAGED.with(earliest -> earliest.plusSeconds(100));
    start(ANN, Input.Wait.NONE);
    closed(UNREACHABLE);
    assertThat(untilNext()).isBetween(Duration.ofSeconds(100), Duration.ofSeconds(102));

    start(ANN, Input.Wait.NONE);
    assertThat(life.phase()).as("a start needs no turn").isInstanceOf(Phase.Connecting.class);
    closed(LOST);
    assertThat(untilNext()).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  @DisplayName("R15: that the network is back wakes who waits for it, and nobody else")
  void isWokenByTheNetwork() {
    var back = new Life.Input.Nudge(Life.Why.NETWORK);
    start(ANN, Input.Wait.NONE);
    closed(UNREACHABLE);
    take(back);
    assertThat(effects.getLast())
        .isEqualTo(new Life.Effect.Open(generation(), false, Life.Why.NETWORK));

    for (var answered : List.of(LOST, CONFLICT)) {
      closed(answered);
      var before = life;
      assertThat(before.phase()).isInstanceOf(Phase.Waiting.class);
      take(back);
      assertThat(life).isEqualTo(before);
      ring();
    }
  }

  // ---- conflicts

  @Test
  @DisplayName("R16: conflicts are forgotten after 10 minutes without one, not a second earlier")
  void forgetsConflicts() {
    policy = new Policy(true, Duration.ofMinutes(5), 2);
    start(ANN, Input.Wait.NONE);
    for (int time = 0; time < 3; time++) {
      verify();
      var conflict = now;
      closed(CONFLICT);
      assertThat(untilNext()).isEqualTo(Duration.ofSeconds(5));
      assertThat(life.control().conflicts().count()).isEqualTo(1);
      ring();
      now = conflict.plus(Duration.ofMinutes(10));
    }
    verify();
    closed(CONFLICT);
    var last = now;
    ring();
    verify();
    policy = new Policy(true, Duration.ofMinutes(5), 3);
    now = last.plus(Duration.ofMinutes(10)).minusSeconds(1);
    closed(CONFLICT);
    assertThat(untilNext()).isEqualTo(Duration.ofSeconds(10));
    assertThat(life.control().conflicts().count()).isEqualTo(2);
  }

  // ---- the tale's verbs

  private void start(Caller caller, Input.Wait until) {
    take(new Life.Input.Start(caller, until, false));
    effects.removeIf(it -> it instanceof Life.Effect.Answer && until == Input.Wait.NONE);
  }

  /// Nobody answers, for as long as that holds.
  private void failWhile(BooleanSupplier goesOn) {
    for (int time = 0; time < 1000 && goesOn.getAsBoolean(); time++) {
      if (life.owned().isPresent()) {
        closed(UNREACHABLE);
      } else {
        ring();
      }
    }
    assertThat(goesOn.getAsBoolean()).as("it still goes on").isFalse();
  }

  private Duration sinceNoon() {
    return Duration.between(LifeWalk.NOW, now);
  }
}
