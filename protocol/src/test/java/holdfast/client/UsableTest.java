package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.StanzaCodec;
import holdfast.store.Cache;
import holdfast.store.Draft;
import holdfast.store.Rows;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
    var socket = sending();
    var stop = stop(socket);

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
  @DisplayName(
      "R27: a start that forces a new link isn't refused for it, and waits for the end of the old one")
  void relinksWhileSending() {
    var socket = sending();
    var stop = stop(socket);
    var relink =
        world
            .loop
            .ask(caller -> new Input.Start(caller, Input.Wait.CONNECTED, true))
            .toCompletableFuture();
    world.settle();
    assertThat(relink).isNotDone();
    assertThat(world.sockets).hasSize(1);

    socket.destroy();
    world.settle();
    assertThat(stop).isDone();
    assertThat(relink).isNotDone();
    assertThat(world.sockets).hasSize(2);
  }

  @Test
  @DisplayName("R27: a message that the server has owed an answer for 20 s holds no start up")
  void doesNotWaitForTheOverdue() {
    var socket = sending();
    world.pass(Duration.ofSeconds(20));
    assertThat(stop(socket)).isNotDone();
    assertThat(world.start()).isNotDone();

    socket.destroy();
    world.settle();
    assertThat(world.sockets).hasSize(2);
  }

  @Test
  @DisplayName(
      "R11, R5: while an acknowledgement is owed for 20 s it can't send, and a start makes no other socket")
  void owesAnAcknowledgement() {
    var socket = sending();
    world.pass(Duration.ofSeconds(18));
    assertThat(world.loop.status().canSend()).isTrue();
    world.pass(Duration.ofSeconds(2));
    assertThat(world.loop.status().canSend()).isFalse();
    assertThat(world.loop.status().traffic().canSendReason()).contains("send_unacknowledged");
    assertThat(world.start()).isCompletedWithValue(new Outcome.AlreadyConnected());
    assertThat(world.sockets).hasSize(1);

    socket.say(
        Element.of("ack").with("class", "message").with("id", "3EB0").with("from", Jid.SERVER));
    world.settle();
    assertThat(world.loop.status().canSend()).isTrue();
    assertThat(world.openSockets()).isEqualTo(1);
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

  /// Connected for a second, with a message on its way that nobody acknowledges.
  private LoopWorld.Socket sending() {
    var message = Element.of("message").with("id", "3EB0").with("to", Jid.phone("15550100002"));
    var draft = new Draft(world.store.records(LoopWorld.TENANT), new Cache(16));
    var queued = Rows.queued(LoopWorld.NOON);
    draft.outbound(queued.encrypted(StanzaCodec.encode(message), LoopWorld.NOON));
    world.store.commit(draft.batch(LoopWorld.TENANT, 1));
    var socket = world.connect();
    world.pass(Duration.ofSeconds(1));
    assertThat(socket.got).anyMatch(it -> it.is("message"));
    return socket;
  }

  /// The connection stays on its way out until the test ends it.
  private CompletableFuture<Outcome> stop(LoopWorld.Socket socket) {
    socket.lingers = true;
    var stop = world.loop.ask(Input.Stop::new).toCompletableFuture();
    world.settle();
    return stop;
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
