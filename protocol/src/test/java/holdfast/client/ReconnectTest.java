package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.session.Input;
import holdfast.stanza.Element;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// When a session tries again, and how long it waits.
class ReconnectTest {
  @Test
  @DisplayName("R15: a send or a start brings a reconnect forward that is planned for later")
  void bringsForward() {
    var sending = new LoopWorld(true);
    int sockets = lostForLong(sending);
    sending.loop.ask(caller -> LoopWorld.send(caller, "hello"));
    sending.settle();
    assertThat(sending.sockets).hasSize(sockets + 1);

    var starting = new LoopWorld(true);
    sockets = lostForLong(starting);
    assertThat(starting.start()).isNotDone();
    assertThat(starting.sockets).hasSize(sockets + 1);
  }

  /// Lost so often that the next try is more than a minute away; returns how many sockets it took.
  private static int lostForLong(LoopWorld world) {
    assertThat(world.start()).isNotDone();
    for (int tries = 0; tries < 1_000; tries++) {
      world.socket().end(Input.Cause.LOST);
      world.settle();
      var next = world.loop.status().trouble().nextAttemptAt().orElseThrow();
      var wait = Duration.between(world.now, next);
      if (wait.compareTo(Duration.ofMinutes(1)) > 0) {
        return world.sockets.size();
      }
      world.pass(wait);
    }
    throw new AssertionError("the waits don't grow");
  }

  @Test
  @DisplayName("R15, R16: neither a send nor a start shortens the wait after a conflict")
  void waitsAfterAConflict() {
    var world = new LoopWorld(true);
    world.connect();
    world.socket().say(conflict());
    world.settle();
    world.loop.ask(caller -> LoopWorld.send(caller, "hello"));
    assertThat(world.start()).isNotDone();
    world.pass(Duration.ofMillis(4_900));
    assertThat(world.sockets).hasSize(1);

    world.pass(Duration.ofMillis(200));
    assertThat(world.sockets).hasSize(2);
  }

  @Test
  @DisplayName(
      "R2, R7: a transport that can't even begin is a connection lost, and the session goes on")
  void outlivesAFailingTransport() {
    var world = new LoopWorld(true);
    world.unreachable = true;
    assertThat(world.start()).isNotDone();
    assertThat(world.loop.status().state()).isEqualTo("waiting");
    world.pass(Duration.ofMinutes(10));
    world.unreachable = false;
    world.pass(Duration.ofSeconds(5));

    assertThat(world.openSockets()).isEqualTo(1);
  }

  @Test
  @DisplayName("R16, R21: the wait after a conflict goes on over a restart of the process")
  void waitsOnAfterARestart() {
    var world = new LoopWorld(true);
    world.connect();
    world.socket().say(conflict());
    world.settle();
    assertThat(world.loop.status().state()).isEqualTo("waiting");
    var due = world.loop.status().trouble().nextAttemptAt();

    world.pass(Duration.ofSeconds(1));
    var next = world.loop(2);
    next.restore();
    world.settle();
    assertThat(next.status().state()).isEqualTo("waiting");
    assertThat(next.status().trouble().nextAttemptAt()).isEqualTo(due);
    assertThat(next.status().trouble().conflicts()).isEqualTo(1);
    var opened = world.sockets.size();
    world.pass(Duration.ofSeconds(3));
    assertThat(world.sockets).hasSize(opened);
    world.pass(Duration.ofSeconds(2));
    assertThat(world.sockets).hasSize(opened + 1);
  }

  @Test
  @DisplayName(
      "R15: that the network is back wakes a session that no server answered, and no other")
  void isWokenByTheNetwork() {
    var world = new LoopWorld(true);
    world.unreachable = true;
    assertThat(world.start()).isNotDone();
    assertThat(world.loop.status().state()).isEqualTo("waiting");
    world.unreachable = false;
    world.loop.networkIsBack();
    world.settle();
    assertThat(world.sockets).hasSize(1);

    world.connect();
    world.socket().say(conflict());
    world.settle();
    assertThat(world.loop.status().state()).isEqualTo("waiting");
    world.loop.networkIsBack();
    world.settle();
    assertThat(world.openSockets()).isZero();
  }

  @Test
  @DisplayName("R41: a refused revision is looked up once and tried once more, then it is refused")
  void looksUpTheRevisionOnce() {
    var world = new LoopWorld(true);
    var lookUps = new AtomicInteger();
    world.loop.onRevisionRefused(lookUps::incrementAndGet);
    assertThat(world.start()).isNotDone();
    world.socket().say(Element.of("failure").with("reason", 405));
    world.settle();
    assertThat(lookUps).hasValue(1);
    world.pass(Duration.ofSeconds(9));
    assertThat(world.sockets).as("while the look-up may still be under way").hasSize(1);
    world.pass(Duration.ofSeconds(1));
    assertThat(world.sockets).hasSize(2);
    world.socket().say(Element.of("failure").with("reason", 405));
    world.pass(Duration.ofHours(1));

    assertThat(lookUps).hasValue(1);
    assertThat(world.sockets).hasSize(2);
    assertThat(world.loop.status().state()).isEqualTo("refused");
  }

  private static Element conflict() {
    return Element.of("stream:error").containing(Element.of("conflict").with("type", "replaced"));
  }
}
