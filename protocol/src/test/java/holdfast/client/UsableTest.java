package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.StanzaCodec;
import holdfast.store.Cache;
import holdfast.store.Draft;
import holdfast.store.Outbound;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
  @DisplayName(
      "R27: while a connection that carries an unacknowledged message closes, a start is told so")
  void tellsThatItIsSending() {
    var message = Element.of("message").with("id", "3EB0").with("to", Jid.phone("15550100002"));
    var draft = new Draft(world.store.records(LoopWorld.TENANT), new Cache(16));
    draft.outbound(queued().encrypted(StanzaCodec.encode(message), LoopWorld.NOON));
    world.store.commit(draft.batch(LoopWorld.TENANT, 1));
    var socket = world.connect();
    world.pass(Duration.ofSeconds(1));
    assertThat(socket.got).anyMatch(it -> it.is("message"));
    socket.lingers = true;
    var stop = world.loop.ask(Input.Stop::new).toCompletableFuture();
    world.settle();

    var refused = new Outcome.StartFailed("sending_in_progress", 0, "", false);
    assertThat(world.start()).isCompletedWithValue(refused);
    assertThat(stop).isNotDone();

    socket.destroy();
    world.settle();
    assertThat(stop).isDone();
    assertThat(world.start()).isNotDone();
    assertThat(world.sockets).hasSize(2);
  }

  @Test
  @DisplayName("R27: where no message is out, a start while a connection closes waits for its end")
  void doesNotWait() {
    var socket = world.connect();
    socket.lingers = true;
    world.loop.ask(Input.Stop::new);
    world.settle();
    assertThat(world.start()).isNotDone();

    socket.destroy();
    world.settle();
    assertThat(world.sockets).hasSize(2);
  }

  private static Outbound queued() {
    return new Outbound(
        "01",
        "3EB0",
        Optional.of("key"),
        new byte[] {1},
        Jid.phone("15550100002"),
        "text",
        new byte[] {2},
        Outbound.State.QUEUED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of("queued", LoopWorld.NOON));
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
