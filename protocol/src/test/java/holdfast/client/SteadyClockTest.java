package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private Instant shown = NOON;
  private Duration passed = Duration.ZERO;
  private final SteadyClock clock = new SteadyClock(() -> shown, () -> passed.toNanos());

  private void pass(Duration time) {
    shown = shown.plus(time);
    passed = passed.plus(time);
  }

  @Test
  @DisplayName("R19: it shows what the machine's clock shows, and follows it forward at once")
  void follows() {
    pass(Duration.ofSeconds(3));
    assertThat(clock.instant()).isEqualTo(shown);
    shown = shown.plusSeconds(3600);
    assertThat(clock.instant()).isEqualTo(shown);
  }

  @Test
  @DisplayName(
      "R19: when the machine's clock is set back by an hour, time goes on at half its speed until"
          + " the two agree")
  void goesOn() {
    shown = shown.minusSeconds(3600);
    var before = clock.instant();
    assertThat(before).isEqualTo(NOON);
    for (int second = 0; second < 7200; second++) {
      pass(Duration.ofSeconds(1));
      assertThat(clock.instant()).isEqualTo(before.plusMillis(500));
      before = clock.instant();
    }
    assertThat(before).isEqualTo(shown);
    pass(Duration.ofSeconds(1));
    assertThat(clock.instant()).isEqualTo(shown);
  }
}
