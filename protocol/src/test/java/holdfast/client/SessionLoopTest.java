package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.store.Cache;
import holdfast.store.Draft;
import holdfast.store.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The loop that runs a session: drain, step, commit, act.
class SessionLoopTest {
  @Test
  @DisplayName(
      "R7, R24: what waited for the end of another socket opens if the tenant is ours still")
  void opensWhatWaited() {
    var ours = waitingForAnEnd();
    ours.socket().end(Input.Cause.CLOSED);
    ours.settle();
    assertThat(ours.sockets).hasSize(2);

    var fenced = waitingForAnEnd();
    fenced.store.stale = true;
    fenced.socket().end(Input.Cause.CLOSED);
    fenced.settle();
    assertThat(fenced.sockets).hasSize(1);

    var unproven = waitingForAnEnd();
    unproven.store.failing = true;
    unproven.socket().end(Input.Cause.CLOSED);
    unproven.settle();
    assertThat(unproven.sockets).hasSize(1);
    unproven.store.failing = false;
    unproven.pass(Duration.ofMinutes(1));
    assertThat(unproven.openSockets()).isEqualTo(1);
  }

  /// Its store failed for a moment; its socket doesn't end; the next one is wanted.
  private static LoopWorld waitingForAnEnd() {
    var world = new LoopWorld(true);
    world.connect().stuck = true;
    world.store.failing = true;
    world.loop.ask(caller -> LoopWorld.send(caller, "hello"));
    world.settle();
    world.store.failing = false;
    world.pass(Duration.ofSeconds(3));
    assertThat(world.loop.status().state()).isEqualTo("starting");
    assertThat(world.sockets).hasSize(1);
    return world;
  }

  @Test
  @DisplayName(
      "R22: nothing reaches the network before what caused it is committed, acknowledgements last")
  void commitsFirst() {
    var world = new LoopWorld(true);
    assertThat(world.start()).isNotDone();
    assertThat(world.journal).containsExactly("commit", "open");

    var socket = world.connect();
    world.journal.clear();
    socket.say(notification("one"));
    socket.say(
        Element.of("ib")
            .with("from", Jid.SERVER)
            .containing(
                Element.of("dirty").with("type", "groups").with("timestamp", "1767268800")));
    world.loop.ask(caller -> LoopWorld.send(caller, "hello"));
    world.settle();

    assertThat(world.journal.getFirst()).isEqualTo("commit");
    assertThat(world.journal).contains("send iq urn:xmpp:whatsapp:dirty", "send ack");
    assertThat(world.journal.indexOf("send ack"))
        .isGreaterThan(world.journal.indexOf("send iq urn:xmpp:whatsapp:dirty"));
  }

  @Test
  @DisplayName(
      "R22: when the commit fails nothing was sent, callers are told, and the session comes back from the store")
  void survivesFailingCommits() {
    var world = new LoopWorld(true);
    var socket = world.connect();
    int before = socket.got.size();
    world.store.failing = true;
    var answer = world.loop.ask(caller -> LoopWorld.send(caller, "lost")).toCompletableFuture();
    world.settle();

    assertThatThrownBy(answer::join).hasCauseInstanceOf(SessionLoop.Restarted.class);
    assertThat(socket.got).hasSize(before);
    assertThat(socket.gone).isTrue();
    assertThat(world.loop.status().state()).isEqualTo("stopped");

    world.store.failing = false;
    world.pass(Duration.ofSeconds(3));
    assertThat(world.sockets).hasSize(2);
    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();
    assertThat(world.loop.status().connected()).isTrue();
  }

  @Test
  @DisplayName(
      "R1: a session that has been closed doesn't come back by itself, its store ill or well")
  void staysClosed() {
    for (boolean alreadyIll : List.of(true, false)) {
      var world = new LoopWorld(true);
      world.connect();
      world.store.failing = true;
      if (alreadyIll) {
        world.loop.ask(caller -> LoopWorld.send(caller, "lost"));
        world.settle();
        world.store.failing = false;
      }
      world.loop.close();
      world.settle();
      world.store.failing = false;
      world.pass(Duration.ofHours(1));
      assertThat(world.sockets).hasSize(1);
      assertThat(world.openSockets()).isZero();
    }
  }

  @Test
  @DisplayName("R8: an error of the machine drops the batch, and the session comes back")
  void survivesErrors() {
    var world = new LoopWorld(true);
    world.connect();
    world.store.dying = true;
    var answer = world.loop.ask(caller -> LoopWorld.send(caller, "lost")).toCompletableFuture();
    world.settle();
    assertThatThrownBy(answer::join).hasCauseInstanceOf(SessionLoop.Restarted.class);

    world.store.dying = false;
    world.pass(Duration.ofSeconds(3));
    assertThat(world.openSockets()).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "R8: a store that is away for an hour costs a try now and then, and every caller an answer")
  void waitsForTheStore() {
    var world = new LoopWorld(true);
    world.connect();
    world.store.failing = true;
    world.store.unreadable = true;
    var answers = new ArrayList<CompletableFuture<Outcome>>();
    for (int minute = 0; minute < 60; minute++) {
      answers.add(world.loop.ask(caller -> LoopWorld.send(caller, "lost")).toCompletableFuture());
      world.pass(Duration.ofMinutes(1));
    }
    assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);

    world.store.failing = false;
    world.store.unreadable = false;
    world.pass(Duration.ofMinutes(1));
    assertThat(world.openSockets()).isEqualTo(1);
    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();
    assertThat(world.loop.status().connected()).isTrue();
  }

  @Test
  @DisplayName(
      "R24: who isn't the owner any more sends nothing, writes nothing and answers with a failure")
  void abandons() {
    var world = new LoopWorld(true);
    var socket = world.connect();
    int before = socket.got.size();
    world.store.stale = true;
    var first = world.loop.ask(caller -> LoopWorld.send(caller, "one")).toCompletableFuture();
    world.settle();
    world.store.stale = false;
    int commits = world.store.commits;
    var second = world.start();
    world.pass(Duration.ofHours(1));

    assertThatThrownBy(first::join).hasCauseInstanceOf(SessionLoop.Restarted.class);
    assertThatThrownBy(second::join).hasCauseInstanceOf(SessionLoop.Restarted.class);
    assertThat(world.store.commits).isEqualTo(commits);
    assertThat(socket.got).hasSize(before);
    assertThat(world.openSockets()).isZero();
  }

  @Test
  @DisplayName(
      "R17: what was asked before the link ended is answered to nobody, and breaks nothing")
  void hearsLateAnswers() {
    var world = new LoopWorld(true);
    world.loop.ask(caller -> new Input.Start(caller, Input.Wait.NONE, false));
    world.settle();
    var socket = world.socket();
    socket.answers = false;
    socket.opened();
    socket.say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();
    var count = socket.asked("encrypt").orElseThrow();

    socket.say(Element.of("failure").with("reason", 401));
    socket.say(
        Element.of("iq")
            .with("from", Jid.SERVER)
            .with("type", "result")
            .with("id", count.require("id"))
            .containing(Element.of("count").with("value", 40)));
    world.settle();

    assertThat(world.loop.status().state()).isEqualTo("logged_out");
    world.pass(Duration.ofMinutes(2));
    assertThat(world.sockets).hasSize(1);
  }

  @Test
  @DisplayName("R7: what a connection says after its end changes nothing")
  void ignoresTheDead() {
    var world = new LoopWorld(true);
    var old = world.connect();
    old.end(Input.Cause.LOST);
    world.pass(Duration.ofSeconds(2));
    assertThat(world.sockets).hasSize(2);
    var status = world.loop.status();
    int commits = world.store.commits;

    old.say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    old.say(Element.of("failure").with("reason", 401));
    old.sayBytes(new byte[] {0, 1, 2});
    world.settle();

    assertThat(world.loop.status()).isEqualTo(status);
    assertThat(world.store.commits).isEqualTo(commits);
  }

  @Test
  @DisplayName(
      "Design § 2: above 256 frames in the mailbox the socket isn't read, below 64 it is again")
  void pausesReading() {
    var world = new LoopWorld(true);
    var socket = world.connect();
    for (int frame = 0; frame < 256; frame++) {
      socket.say(notification("n" + frame));
    }
    assertThat(socket.reads).isTrue();
    socket.say(notification("last"));
    assertThat(socket.reads).isFalse();

    world.settle();

    assertThat(socket.reads).isTrue();
    assertThat(socket.got.stream().filter(stanza -> stanza.is("ack"))).hasSize(257);
  }

  @Test
  @DisplayName("R3: 100 concurrent starts open one socket and give 100 answers")
  void startsOnce() {
    var world = new LoopWorld(true);
    var answers = hundredStarts(world);
    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();

    assertThat(world.sockets).hasSize(1);
    var outcomes = answers.stream().map(CompletableFuture::join).toList();
    assertThat(outcomes).hasSize(100);
    assertThat(outcomes.stream().filter(new Outcome.Started()::equals)).hasSize(1);
    assertThat(outcomes.stream().filter(new Outcome.JoinedStartCompleted()::equals)).hasSize(99);
  }

  @Test
  @DisplayName("R3, R27: 100 concurrent starts that fail are each told why, 99 of them as joined")
  void failsOnce() {
    var world = new LoopWorld(true);
    var answers = hundredStarts(world);
    world.socket().say(Element.of("failure").with("reason", 403));
    world.settle();

    var outcomes = answers.stream().map(CompletableFuture::join).toList();
    var first = new Outcome.StartFailed("forbidden", 403, "", false);
    var joined = new Outcome.StartFailed("forbidden", 403, "", true);
    assertThat(outcomes).hasSize(100);
    assertThat(outcomes.stream().filter(first::equals)).hasSize(1);
    assertThat(outcomes.stream().filter(joined::equals)).hasSize(99);
    world.pass(Duration.ofHours(1));
    assertThat(world.sockets).hasSize(1);
  }

  private static List<CompletableFuture<Outcome>> hundredStarts(LoopWorld world) {
    var answers = new ArrayList<CompletableFuture<Outcome>>();
    for (int index = 0; index < 100; index++) {
      answers.add(
          world
              .loop
              .ask(caller -> new Input.Start(caller, Input.Wait.CONNECTED, false))
              .toCompletableFuture());
    }
    world.settle();
    return answers;
  }

  @Test
  @DisplayName("R19: an idle session pings every 30 s and commits nothing in an hour")
  void isIdle() {
    var world = new LoopWorld(true);
    var socket = world.connect();
    world.pass(Duration.ofSeconds(11));
    int commits = world.store.commits;
    int sent = socket.got.size();
    world.pass(Duration.ofHours(1));

    assertThat(world.store.commits).isEqualTo(commits);
    assertThat(socket.got.size() - sent).isBetween(119, 121);
    assertThat(world.loop.status().connected()).isTrue();
  }

  @Test
  @DisplayName("R8: a caller whose patience ends is told how things stand, and the start goes on")
  void letsCallersGo() {
    var world = new LoopWorld(true);
    var answer =
        world
            .loop
            .ask(
                caller -> new Input.Start(caller, Input.Wait.CONNECTED, false),
                Duration.ofSeconds(5))
            .toCompletableFuture();
    world.pass(Duration.ofSeconds(6));

    assertThat(answer.join()).isEqualTo(new Outcome.StartInProgress());
    assertThat(world.openSockets()).isEqualTo(1);
  }

  @Test
  @DisplayName("Design § 3: credentials that are gone are told, and never replaced by fresh ones")
  void refusesWithoutCredentials() {
    var world = new LoopWorld(true);
    var draft = new Draft(world.store.records(LoopWorld.TENANT), new Cache(16));
    draft.forgetLink();
    world.store.commit(draft.batch(LoopWorld.TENANT, 1));
    var answer = world.start();

    assertThat(world.loop.status().state()).isEqualTo("refused");
    assertThat(world.loop.status().reason()).contains("credentials_unreadable");
    assertThat(answer.join()).isInstanceOf(Outcome.StartFailed.class);
    assertThat(world.sockets).isEmpty();
    assertThat(world.events.stream().map(Event::type))
        .containsExactly("session.starting", "session.refused");
  }

  private static Element notification(String id) {
    return Element.of("notification")
        .with("from", Jid.SERVER)
        .with("id", id)
        .with("type", "server_sync")
        .with("t", 1_767_268_800L);
  }

  @Test
  @DisplayName("R1, R6: a start and a stop that come at once open no socket, and both are answered")
  void opensNothingInVain() {
    var world = new LoopWorld(true);
    var start = world.loop.ask(caller -> new Input.Start(caller, Input.Wait.CONNECTED, false));
    var stop = world.loop.ask(Input.Stop::new);
    world.settle();

    assertThat(world.sockets).isEmpty();
    assertThat(stop.toCompletableFuture()).isCompletedWithValue(new Outcome.Stopped());
    assertThat(start.toCompletableFuture()).isDone();
    assertThat(world.loop.status().state()).isEqualTo("stopped");
    assertThat(world.loop.status().running().alarm()).isEmpty();

    assertThat(world.start()).isNotDone();
    assertThat(world.sockets).hasSize(1);
  }
}
