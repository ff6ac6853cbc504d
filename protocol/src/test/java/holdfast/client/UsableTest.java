package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.session.Input;
import holdfast.session.Outcome;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UsableTest {
  private final LoopWorld world = new LoopWorld(true);

  @Test
  @DisplayName("R5: a session that can't send keeps its socket, and a start makes no other")
  void keepsItsSocket() {
    var first = world.start();
    world.socket().opened();
    world.socket().answers = false;
    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();
    assertThat(world.loop.status().state()).isEqualTo("verifying");
    assertThat(world.loop.status().canSend()).isFalse();

    var second = world.start();
    world.loop.ask(caller -> new Input.Start(caller, Input.Wait.NONE, false));
    world.settle();

    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    assertThat(world.sockets).hasSize(1);
    assertThat(world.socket().gone).isFalse();
  }

  @Test
  @DisplayName("R12: a transport that is open and talks is no session: only the right account is")
  void isNotUsableBeforeTheLogin() {
    var start = world.start();
    world.socket().opened();
    world.socket().say(LoopWorld.offline());
    world.settle();
    assertThat(world.loop.status().connected()).isFalse();
    assertThat(world.loop.status().traffic().canSendReason()).contains("starting");
    assertThat(start).isNotDone();

    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();
    assertThat(world.loop.status().connected()).isTrue();
    assertThat(world.loop.status().canSend()).isTrue();
    assertThat(start).isCompletedWithValue(new Outcome.Started());
  }
}
