package holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Stories of a life, told from one end to the other.
class LifeTest extends LifeTale {
  @Test
  @DisplayName("R13: after a pairing's 515 the link is reopened exactly once, and needs nobody")
  void restartsOnce() {
    life = unlinked();
    policy = Policy.MANUAL;
    take(new Life.Input.Start(ANN, Input.Wait.CONNECTED, false));
    take(new Life.Input.RefsOffered(generation(), List.of("one")));
    take(new Life.Input.Paired(generation(), LifeWalk.ACCOUNT));
    end(RESTART);
    assertThat(word()).isEqualTo("restarting");
    ring();
    assertThat(opened()).isEqualTo(2);

    take(new Life.Input.LoggedIn(generation()));
    take(new Life.Input.Proven(generation()));

    assertThat(word()).isEqualTo("connected");
    assertThat(answers()).containsExactly(new Life.Effect.Answer(ANN, new Outcome.Started()));
  }

  @Test
  @DisplayName("R13: a server that says 515 again and again is one that ends connections")
  void restartsNoSecondTime() {
    take(new Life.Input.Start(ANN, Input.Wait.NONE, false));
    end(RESTART);
    ring();
    end(RESTART);
    assertThat(life.phase()).isInstanceOf(Phase.Waiting.class);

    policy = Policy.MANUAL;
    ring();
    end(RESTART);
    assertThat(life.phase()).isInstanceOf(Phase.Stopped.class);
  }

  @Test
  @DisplayName("R8, R15: an outage of hours ends in a connection that has its full time")
  void outlastsOutages() {
    connect();
    end(LOST);
    for (int hour = 0; hour < 3; hour++) {
      for (int attempt = 0; attempt < 900; attempt++) {
        ring();
        closed(UNREACHABLE);
      }
    }
    ring();

    assertThat(life.phase()).isInstanceOf(Phase.Connecting.class);
    assertThat(life.phase().deadline()).contains(now.plus(policy.times().connect()));
    take(new Life.Input.LoggedIn(generation()));
    assertThat(life.phase().deadline().orElseThrow()).isAfter(now.plus(policy.times().connect()));
  }

  @Test
  @DisplayName(
      "R15, R20: while the network is away the delay stays at 2 s; a server's ends back off to the policy's longest")
  void backsOff() {
    connect();
    end(LOST);
    for (int attempt = 0; attempt < 40; attempt++) {
      ring();
      closed(UNREACHABLE);
      assertThat(untilNext()).isBetween(Duration.ZERO, Duration.ofSeconds(2));
    }
    var longest = Duration.ZERO;
    for (int attempt = 0; attempt < 40; attempt++) {
      ring();
      closed();
      assertThat(untilNext()).isLessThanOrEqualTo(policy.maxDelay());
      longest = untilNext().compareTo(longest) > 0 ? untilNext() : longest;
    }
    assertThat(longest).isGreaterThan(Duration.ofMinutes(2));

    take(new Life.Input.Start(ANN, Input.Wait.NONE, false));
    assertThat(life.phase()).isInstanceOf(Phase.Connecting.class);
  }

  @Test
  @DisplayName("R16: with 8 conflicts allowed the waits are 5, 10, 15 … 30 s, then it cools down")
  void climbsTheLadder() {
    policy = new Policy(true, Duration.ofMinutes(5), 8);
    connect();
    var waits = new ArrayList<Long>();
    while (!(life.phase() instanceof Phase.Conflicted)) {
      end(CONFLICT);
      if (life.phase() instanceof Phase.Waiting) {
        waits.add(untilNext().toSeconds());
        take(new Life.Input.Start(ANN, Input.Wait.NONE, false));
        assertThat(life.phase()).as("a start joins the wait").isInstanceOf(Phase.Waiting.class);
        ring();
        verify();
      }
    }
    assertThat(waits).containsExactly(5L, 10L, 15L, 20L, 25L, 30L, 30L);
    assertThat(life.control().conflicts().count()).isZero();
  }

  @Test
  @DisplayName(
      "R16: a conflict counts also when the connection was on its way out for another reason")
  void takesAConflictWhileItCloses() {
    connect();
    take(new Life.Input.Ended(generation(), LOST));
    assertThat(life.phase()).isInstanceOf(Phase.Closing.class);
    take(new Life.Input.Ended(generation(), CONFLICT));
    closed();
    assertThat(life.phase()).isInstanceOf(Phase.Waiting.class);
    assertThat(untilNext()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  @DisplayName("R16: neither stop and start nor a start while it closes gets round a cool-down")
  void coolsDown() {
    policy = new Policy(true, Duration.ofMinutes(5), 1);
    connect();
    take(new Life.Input.Ended(generation(), CONFLICT));
    take(new Life.Input.Start(ANN, Input.Wait.NONE, true));
    closed();
    take(new Life.Input.Stop(ANN));
    now = now.plusSeconds(10);
    take(new Life.Input.Start(BEN, Input.Wait.NONE, false));

    assertThat(answers())
        .contains(
            new Life.Effect.Answer(ANN, new Outcome.CoolingDown(Duration.ofSeconds(30))),
            new Life.Effect.Answer(BEN, new Outcome.CoolingDown(Duration.ofSeconds(20))));
    assertThat(opened()).isEqualTo(1);

    now = now.plusSeconds(20);
    take(new Life.Input.Start(BEN, Input.Wait.NONE, false));
    assertThat(opened()).isEqualTo(2);
  }

  @Test
  @DisplayName("R16: a logout is no way around the cool-down")
  void coolsDownAfterALogout() {
    policy = new Policy(true, Duration.ofMinutes(5), 1);
    connect();
    end(CONFLICT);
    take(new Life.Input.Unlinked(BEN));
    assertThat(life.isLinked()).isFalse();
    now = now.plusSeconds(10);
    take(new Life.Input.Start(ANN, Input.Wait.QR, false));

    assertThat(answers())
        .endsWith(new Life.Effect.Answer(ANN, new Outcome.CoolingDown(Duration.ofSeconds(20))));
    now = now.plusSeconds(20);
    take(new Life.Input.Start(ANN, Input.Wait.QR, false));
    assertThat(effects).contains(new Life.Effect.Open(generation(), true, Life.Why.START));
  }

  @Test
  @DisplayName("R16: a stop ends the wait after a conflict, and a restart of the process doesn't")
  void waitsOnUnlessStopped() {
    connect();
    end(CONFLICT);
    var due = life.phase().deadline();
    life = Life.restored(life.control());
    assertThat(life.phase().deadline()).isEqualTo(due);
    take(new Life.Input.Restore());
    take(new Life.Input.Start(BEN, Input.Wait.CONNECTED, false));
    assertThat(opened()).isEqualTo(1);

    take(new Life.Input.Stop(ANN));
    life = Life.restored(life.control());
    take(new Life.Input.Start(BEN, Input.Wait.CONNECTED, false));
    assertThat(opened()).isEqualTo(2);
  }

  @Test
  @DisplayName("R16, R30: how long it cools down is the policy's to say")
  void coolsDownForAsLongAsTold() {
    policy = new Policy(true, Duration.ofMinutes(5), 1, Duration.ofSeconds(7));
    connect();
    end(CONFLICT);
    take(new Life.Input.Start(ANN, Input.Wait.NONE, false));

    assertThat(answers())
        .contains(new Life.Effect.Answer(ANN, new Outcome.CoolingDown(Duration.ofSeconds(7))));
  }

  @Test
  @DisplayName("R4, R27: a start that forces a new link gets one, wherever the old link stands")
  void relinks() {
    var stands =
        List.<Runnable>of(
            () -> {},
            () -> take(new Life.Input.Start(ANN, Input.Wait.NONE, false)),
            () -> {
              take(new Life.Input.Start(ANN, Input.Wait.NONE, false));
              take(new Life.Input.LoggedIn(generation()));
            },
            this::connect,
            () -> {
              connect();
              end(LOST);
            },
            () -> {
              connect();
              end(RESTART);
            },
            () -> {
              connect();
              take(new Life.Input.Ended(generation(), LOST));
            });
    for (var stand : stands) {
      life = linked();
      stand.run();
      effects.clear();
      take(new Life.Input.Start(BEN, Input.Wait.QR, true));
      if (life.owned().isPresent() && life.phase() instanceof Phase.Closing) {
        closed();
      }
      if (life.phase() instanceof Phase.Restarting) {
        ring();
      }
      assertThat(effects).contains(new Life.Effect.Open(generation(), true, Life.Why.RELINK));
      take(new Life.Input.RefsOffered(generation(), List.of("one")));
      assertThat(word()).isEqualTo("awaiting_scan");
      assertThat(answers()).hasSize(1);
    }
  }

  @Test
  @DisplayName("R8: a link that isn't made within 180 s while the network is away is given up")
  void givesUpLinking() {
    life = unlinked();
    take(new Life.Input.Start(ANN, Input.Wait.NONE, false));
    for (int attempt = 0; attempt < 1000 && !(life.phase() instanceof Phase.Stopped); attempt++) {
      closed(UNREACHABLE);
      ring();
    }
    assertThat(life.phase()).isInstanceOf(Phase.Stopped.class);
    assertThat(life.control().wanted()).isFalse();
    assertThat(now).isBetween(LifeWalk.NOW.plusSeconds(179), LifeWalk.NOW.plusSeconds(186));
  }

  @Test
  @DisplayName(
      "R9: a ref whose time has passed unseen is skipped, and the last one ends the attempt")
  void rotatesRefs() {
    life = unlinked();
    take(new Life.Input.Start(ANN, Input.Wait.CONNECTED, false));
    take(new Life.Input.RefsOffered(generation(), List.of("a", "b", "c", "d")));
    ring();
    assertThat(((Phase.AwaitingScan) life.phase()).ref()).isEqualTo("b");
    now = now.plusSeconds(45);
    take(new Life.Input.Alarm());
    assertThat(((Phase.AwaitingScan) life.phase()).ref()).isEqualTo("d");
    ring();
    closed();

    assertThat(life.phase()).isEqualTo(new Phase.Stopped(Optional.of(Ending.CODES_EXPIRED)));
    assertThat(answers())
        .containsExactly(
            new Life.Effect.Answer(ANN, new Outcome.StartFailed("qr_expired", 408, "", false)));
  }

  @ParameterizedTest
  @CsvSource({"18, qr_expired", "17, connection_closed"})
  @DisplayName("R9: the server that closes when the last ref is about to end, ends it, and says so")
  void closesWithTheLastRef(int seconds, String reason) {
    life = unlinked();
    take(new Life.Input.Start(ANN, Input.Wait.NONE, false));
    take(new Life.Input.RefsOffered(generation(), List.of("a", "b")));
    ring();
    now = now.plusSeconds(seconds).plusMillis(1);
    closed();

    assertThat(life.phase()).isInstanceOf(Phase.Stopped.class);
    assertThat(life.control().lastDisconnect().orElseThrow().reason()).isEqualTo(reason);
  }

  @Test
  @DisplayName("R10, R14: what the server says as a code runs out is told as it was said")
  void tellsMoreThanAClose() {
    life = unlinked();
    take(new Life.Input.Start(ANN, Input.Wait.NONE, false));
    take(new Life.Input.RefsOffered(generation(), List.of("a")));
    take(new Life.Input.CodeShown(generation(), now.plusSeconds(160)));
    now = now.plusSeconds(159);
    take(new Life.Input.ConnectionClosed(generation(), Ending.TIMED_OUT));

    assertThat(life.control().lastDisconnect().orElseThrow().reason()).isEqualTo("timed_out");
  }

  @Test
  @DisplayName("R14: an account that is barred has its credentials put aside and stays refused")
  void putsBarredAside() {
    connect();
    end(BARRED);

    assertThat(life.phase()).isEqualTo(new Phase.Refused(BARRED));
    assertThat(life.isLinked()).isFalse();
    assertThat(effects).contains(new Life.Effect.PutLinkAside());
  }

  @Test
  @DisplayName("R21: after a restart the link goes on, an unfinished pairing is over and says so")
  void restores() {
    connect();
    life = Life.restored(life.control());
    take(new Life.Input.Restore());
    assertThat(opened()).isEqualTo(2);

    life = unlinked();
    take(new Life.Input.Start(ANN, Input.Wait.NONE, false));
    life = Life.restored(life.control());
    take(new Life.Input.Restore());
    assertThat(life.phase()).isEqualTo(new Phase.Stopped(Optional.of(Ending.RESTARTED)));
    assertThat(life.control().wanted()).isFalse();
  }

  @Test
  @DisplayName("Design § 3: a ping every 30 s; one without an answer for 15 s is a lost connection")
  void pings() {
    connect();
    for (int beat = 0; beat < 5; beat++) {
      ring();
      assertThat(effects.getLast()).isEqualTo(new Life.Effect.Ping(generation()));
      take(new Life.Input.PingAnswered(generation()));
    }
    var asked = LifeWalk.NOW.plusSeconds(150);
    assertThat(now).isEqualTo(asked);
    ring();
    ring();
    assertThat(now).isEqualTo(asked.plusSeconds(45));
    assertThat(life.phase()).isInstanceOf(Phase.Closing.class);
    assertThat(life.control().lastDisconnect().orElseThrow().reason()).isEqualTo("keep_alive_lost");
  }

  @Test
  @DisplayName("R20: an attempt, a keep-alive and a QR last as long as they were set to")
  void takesItsTimes() {
    var second = Duration.ofSeconds(1);
    policy =
        Policy.MANAGED.with(
            new Times(second.multipliedBy(9), second.multipliedBy(4), second.multipliedBy(5)));

    take(new Life.Input.Start(ANN, Input.Wait.NONE, false));
    assertThat(untilDue()).isEqualTo(second.multipliedBy(9));
    verify();
    assertThat(untilDue()).isEqualTo(second.multipliedBy(4));
    ring();
    assertThat(untilDue()).as("for the answer").isEqualTo(second.multipliedBy(2));
    ring();
    assertThat(life.phase()).isInstanceOf(Phase.Closing.class);

    closed();
    take(new Life.Input.Start(ANN, Input.Wait.NONE, true));
    take(new Life.Input.RefsOffered(generation(), List.of("a", "b")));
    assertThat(untilDue()).as("the first QR").isEqualTo(second.multipliedBy(15));
    ring();
    assertThat(untilDue()).isEqualTo(second.multipliedBy(5));
  }

  private Duration untilDue() {
    return Duration.between(now, life.phase().deadline().orElseThrow());
  }

  // ---- the tale's verbs

  private void connect() {
    take(new Life.Input.Start(ANN, Input.Wait.NONE, false));
    verify();
  }

  private String word() {
    return life.phase().word();
  }

  private long opened() {
    return effects.stream().filter(Life.Effect.Open.class::isInstance).count();
  }
}
