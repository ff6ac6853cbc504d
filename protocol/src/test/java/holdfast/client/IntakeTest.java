package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.message.Content;
import holdfast.message.SendRequest;
import holdfast.message.SendRequest.WhenBusy;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.session.Phase;
import holdfast.session.Session;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.store.Event;
import holdfast.store.Outbound;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private final LoopWorld world = new LoopWorld(true);

  @Test
  @DisplayName("R18: who wants a refusal waits for a recovery under way, and is taken when it ends")
  void waitsForRecovery() {
    world.connect();
    world.socket().end(Input.Cause.LOST);
    world.settle();
    var sent = send("hello", WhenBusy.REFUSE);
    world.settle();
    assertThat(sent).isNotDone();

    for (int tries = 0; tries < 20 && world.sockets.size() < 2; tries++) {
      world.pass(Duration.ofSeconds(1));
    }
    assertThat(world.sockets).hasSize(2);
    world.socket().opened();
    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.pass(Duration.ofSeconds(1));
    assertThat(world.loop.status().connected()).isTrue();
    assertThat(sent).isCompletedWithValueMatching(Outcome.Accepted.class::isInstance);
  }

  @Test
  @DisplayName("R18: a recovery that takes longer than the caller waits is a refusal with its time")
  void givesUp() {
    world.connect();
    world.socket().end(Input.Cause.LOST);
    world.settle();
    var sent =
        world
            .loop
            .ask(
                caller -> new Input.Send(caller, request("x", WhenBusy.REFUSE, "")),
                Duration.ofSeconds(3))
            .toCompletableFuture();
    world.pass(Duration.ofSeconds(3));

    assertThat(sent)
        .isCompletedWithValue(new Outcome.SendRefused("starting", Duration.ofSeconds(5)));
  }

  @Test
  @DisplayName("R18: nobody waits for a session that was stopped")
  void stopped() {
    world.connect();
    var stopped = world.loop.ask(Input.Stop::new).toCompletableFuture();
    var sent = send("hello", WhenBusy.REFUSE);
    world.pass(Duration.ofSeconds(3));

    assertThat(stopped).isDone();
    assertThat(sent)
        .isCompletedWithValueMatching(
            it -> it instanceof Outcome.SendRefused(var why, _) && why.equals("stopping"));
  }

  @Test
  @DisplayName("R35: who wants a refusal gets it with its time when the pace allows no more")
  void paced() {
    world.connect();
    var queued = new ArrayList<CompletableFuture<Outcome>>();
    for (int number = 0; number < 20; number++) {
      queued.add(send("queued " + number, WhenBusy.QUEUE));
    }
    world.settle();
    assertThat(queued).allMatch(CompletableFuture::isDone);
    var sent = send("one more", WhenBusy.REFUSE);
    world.settle();

    assertThat(sent).isCompletedWithValue(new Outcome.SendRefused("paced", Duration.ofMinutes(1)));
  }

  @Test
  @DisplayName(
      "R16, R18: while it cools down a send is queued, or refused with the time that is left")
  void coolsDown() {
    world.connect();
    conflict();
    returns(Duration.ofSeconds(5));
    conflict();
    returns(Duration.ofSeconds(10));
    conflict();
    assertThat(world.loop.status().state()).isEqualTo("conflicted");

    var refused = send("now", WhenBusy.REFUSE);
    var queued = send("when it can", WhenBusy.QUEUE);
    world.pass(Duration.ofSeconds(10));
    var later = send("later", WhenBusy.REFUSE);
    world.pass(Duration.ofSeconds(20));

    assertThat(refused).isCompletedWithValue(coolingDown(30));
    assertThat(later).isCompletedWithValue(coolingDown(20));
    assertThat(queued).isCompletedWithValueMatching(Outcome.Accepted.class::isInstance);
    assertThat(world.sockets).as("it stays so until someone starts it").hasSize(3);

    var started = world.start();
    assertThat(world.sockets).hasSize(4);
    logsIn();
    assertThat(started).isCompletedWithValue(new Outcome.Started());
    assertThat(world.socket().asked("usync")).as("the devices of who it is for").isPresent();
  }

  private void conflict() {
    world
        .socket()
        .say(
            Element.of("stream:error").containing(Element.of("conflict").with("type", "replaced")));
    world.settle();
  }

  private void returns(Duration wait) {
    int before = world.sockets.size();
    world.pass(wait);
    assertThat(world.sockets).hasSize(before + 1);
    logsIn();
    assertThat(world.loop.status().connected()).isTrue();
  }

  private void logsIn() {
    world.socket().opened();
    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();
    world.socket().say(LoopWorld.offline());
    world.settle();
  }

  private static Outcome coolingDown(int seconds) {
    return new Outcome.SendRefused("conflicted", Duration.ofSeconds(seconds));
  }

  @Test
  @DisplayName("Many are taken in one commit, each or its reason, in their order")
  void many() {
    world.connect();
    world.store.commits = 0;
    var all =
        List.of(
            request("one", WhenBusy.QUEUE, "k1"),
            request("other", WhenBusy.QUEUE, "k1"),
            request("one", WhenBusy.QUEUE, "k1"),
            request("two", WhenBusy.QUEUE, ""));
    var outcome = world.loop.ask(caller -> new Input.SendAll(caller, all)).toCompletableFuture();
    world.settle();

    var each = ((Outcome.AcceptedAll) outcome.join()).each();
    assertThat(each.get(0)).isInstanceOf(Outcome.Accepted.class);
    assertThat(each.get(1)).isEqualTo(new Outcome.IdempotencyMismatch());
    assertThat(((Outcome.Accepted) each.get(2)).repeated()).isTrue();
    assertThat(((Outcome.Accepted) each.get(3)).row().state()).isEqualTo(Outbound.State.QUEUED);
    assertThat(world.store.commits).isEqualTo(1);
  }

  @Test
  @DisplayName("A message is taken back through the session, with or without a connection")
  void cancels() {
    var sent = send("hello", WhenBusy.QUEUE);
    world.settle();
    var row = ((Outcome.Accepted) sent.join()).row();
    var gone = cancel(row.id());
    var again = cancel(row.messageId());
    var unknown = cancel("none");
    world.settle();

    assertThat(gone).isCompletedWithValueMatching(Outcome.Cancelled.class::isInstance);
    assertThat(again).isCompletedWithValueMatching(Outcome.Cancelled.class::isInstance);
    assertThat(unknown).isCompletedWithValue(new Outcome.NoSuchMessage());
    assertThat(world.events).extracting(Event::type).containsOnlyOnce("message.cancelled");
  }

  @Test
  @DisplayName(
      "R31: a stanza that can't be understood is answered, so that it isn't repeated for ever")
  void answersNonsense() {
    var socket = world.connect();
    socket.say(Element.of("message").with("id", "m1").with("from", Jid.phone("15550100002")));
    socket.say(
        Element.of("receipt").with("id", "r1").with("from", Jid.lid("25550100002")).with("t", "x"));
    socket.say(Element.of("message").with("from", Jid.phone("15550100002")));
    world.settle();

    var acks = socket.got.stream().filter(it -> it.is("ack")).toList();
    assertThat(acks).hasSizeGreaterThanOrEqualTo(1);
    var first = acks.getFirst();
    assertThat(first.require("id")).isEqualTo("m1");
    assertThat(first.require("class")).isEqualTo("message");
    assertThat(first.require("error")).isEqualTo("487");
    assertThat(world.events)
        .filteredOn(Event.StanzaUnreadable.class::isInstance)
        .extracting(event -> ((Event.StanzaUnreadable) event).id())
        .contains(Optional.of("m1"), Optional.empty());
  }

  @Test
  @DisplayName("R31: a message whose id no store could keep is answered and told, and kept nowhere")
  void answersEndlessIds() {
    var socket = world.connect();
    var id = "A1b2".repeat(750);
    socket.say(
        Element.of("message")
            .with("id", id)
            .with("from", Jid.phone("15550100002"))
            .with("t", 1_700_000_000)
            .containing(Element.of("unavailable")));
    world.settle();

    assertThat(world.socket()).isSameAs(socket);
    assertThat(socket.got)
        .filteredOn(it -> it.is("ack") && it.require("id").equals(id))
        .singleElement()
        .satisfies(ack -> assertThat(ack.require("error")).isEqualTo("487"));
    assertThat(world.events)
        .filteredOn(event -> event.type().startsWith("message.") || isUnreadable(event))
        .singleElement()
        .satisfies(event -> assertThat(isUnreadable(event)).isTrue());
  }

  private static boolean isUnreadable(Event event) {
    return event instanceof Event.StanzaUnreadable;
  }

  @Test
  @DisplayName(
      "R4, R22: a stanza that a step breaks over is answered and told; what came with it is taken")
  void breaksOver() {
    var socket = world.connect();
    world.loop.lookOn(
        new SessionLoop.Onlooker() {
          @Override
          public void taken(Phase before, Input input) {
            if (input instanceof Input.Received(_, var stanza)
                && stanza.attribute("id").equals(Optional.of("m2"))) {
              throw new IllegalStateException("a mistake in here");
            }
          }

          @Override
          public void lived(Session.Lived given) {}
        });
    socket.say(Element.of("message").with("id", "m1").with("from", Jid.phone("15550100002")));
    socket.say(Element.of("message").with("id", "m2").with("from", Jid.phone("15550100002")));
    socket.say(Element.of("message").with("id", "m3").with("from", Jid.phone("15550100002")));
    world.settle();

    assertThat(socket.gone).isFalse();
    assertThat(world.loop.status().connected()).isTrue();
    assertThat(socket.got.stream().filter(it -> it.is("ack")))
        .extracting(it -> it.require("id"))
        .containsExactly("m1", "m2", "m3");
    assertThat(world.events)
        .filteredOn(Event.StanzaUnreadable.class::isInstance)
        .extracting(event -> ((Event.StanzaUnreadable) event).id().orElseThrow())
        .containsExactly("m1", "m2", "m3");
  }

  private CompletableFuture<Outcome> send(String text, WhenBusy whenBusy) {
    return world
        .loop
        .ask(caller -> new Input.Send(caller, request(text, whenBusy, "")))
        .toCompletableFuture();
  }

  private CompletableFuture<Outcome> cancel(String id) {
    return world.loop.ask(caller -> new Input.Cancel(caller, id)).toCompletableFuture();
  }

  private static SendRequest request(String text, WhenBusy whenBusy, String key) {
    return new SendRequest(
        Optional.of(key).filter(it -> !it.isEmpty()),
        text.getBytes(StandardCharsets.UTF_8),
        Jid.phone("15550100002"),
        new Content.Text(text),
        whenBusy);
  }
}
