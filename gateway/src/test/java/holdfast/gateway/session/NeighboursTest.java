package holdfast.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.session.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NeighboursTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final List<Instant> bells = new ArrayList<>();
  private final List<String> woken = new ArrayList<>();
  private Instant now = NOON;
  private final RetryTurns turns = new RetryTurns(50, () -> now);
  private final Neighbours neighbours =
      new Neighbours(
          (at, ring) -> {
            bells.add(at);
            ring.run();
            return () -> {};
          },
          () -> now);

  private final Consumer<Status> ann = join(() -> woken.add("ann"));
  private final Consumer<Status> ben = join(() -> woken.add("ben"));

  @Test
  @DisplayName("R15: one tenant's success wakes another that waits because no server answered")
  void wakes() {
    ben.accept(waiting("unreachable"));
    ann.accept(Standing.in("starting").status());
    assertThat(woken).isEmpty();
    ann.accept(connected());

    assertThat(woken).containsExactly("ben");
    assertThat(bells).containsExactly(NOON);
  }

  @Test
  @DisplayName("R15: who was answered, who has a proxy that fails, and who waits no more sleeps on")
  void letsOthersSleep() {
    for (var reason : List.of("unavailable", "connection_closed", "conflict_replaced")) {
      join(() -> woken.add(reason)).accept(waiting(reason));
    }
    join(() -> woken.add("proxy")).accept(waiting("proxy_failed"));
    ben.accept(waiting("unreachable"));
    ben.accept(Standing.in("stopped").status());
    ann.accept(connected());

    assertThat(woken).isEmpty();
  }

  @Test
  @DisplayName("R15: a thousand are woken in their turns, and each at most once a second")
  void wakesInTurns() {
    var many = new ArrayList<Consumer<Status>>();
    for (int each = 0; each < 1000; each++) {
      many.add(join(() -> woken.add("one")));
    }
    many.forEach(each -> each.accept(waiting("unreachable", far())));
    ann.accept(connected());
    assertThat(woken).hasSize(1000);
    assertThat(bells).doesNotHaveDuplicates().last().isEqualTo(NOON.plusMillis(999 * 20));

    many.forEach(each -> each.accept(waiting("unreachable", far())));
    now = NOON.plusMillis(999);
    ben.accept(connected());
    assertThat(woken).hasSize(1000);
    now = NOON.plusSeconds(1);
    ann.accept(Standing.in("verifying").status());
    ann.accept(connected());
    assertThat(woken).hasSize(2000);
  }

  @Test
  @DisplayName("R15: a clock that was set back puts nobody to sleep")
  void outlivesClocks() {
    ben.accept(waiting("unreachable"));
    ann.accept(connected());
    now = NOON.minusSeconds(3600);
    ben.accept(waiting("unreachable"));
    ann.accept(Standing.in("verifying").status());
    ann.accept(connected());
    assertThat(woken).containsExactly("ben", "ben");
  }

  private Consumer<Status> join(Runnable wake) {
    return neighbours.join(turns.seat(), wake);
  }

  private static Instant far() {
    return NOON.plusSeconds(1000);
  }

  private static Status connected() {
    return Standing.in("connected").status();
  }

  private static Status waiting(String reason) {
    return waiting(reason, NOON.plusSeconds(2));
  }

  private static Status waiting(String reason, Instant next) {
    return Standing.in("waiting").because(reason).nextAttempt(next).status();
  }
}
