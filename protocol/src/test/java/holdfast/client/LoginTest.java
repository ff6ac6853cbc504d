package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.message.Content;
import holdfast.message.SendRequest;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.store.Account;
import holdfast.store.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// From `<success>` to connected, and what a login may bring, against a server that is scripted.
class LoginTest {
  private final LoopWorld world = new LoopWorld(true);

  @Test
  @DisplayName(
      "R11: prekeys, active, presence and the probe's ping, in this order; then, and only then,"
          + " connected")
  void logsInInOrder() {
    assertThat(world.start()).isNotDone();
    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();

    var order =
        world.socket().got.stream()
            .map(stanza -> stanza.attribute("xmlns").orElse(stanza.tag()))
            .toList();
    assertThat(order).containsExactly("encrypt", "passive", "ib", "presence", "w:p");
    assertThat(world.loop.status().connected()).isTrue();
    assertThat(world.events.stream().map(Event::type))
        .containsExactly("session.starting", "session.verifying", "session.connected");
  }

  @Test
  @DisplayName("R11: a server that names another account is refused, and stays so")
  void refusesOthers() {
    var answer = world.start();
    world.socket().say(LoopWorld.success(Jid.lid("999999999999999").withDevice(7)));
    world.pass(Duration.ofHours(1));

    assertThat(world.loop.status().state()).isEqualTo("refused");
    assertThat(world.loop.status().reason()).contains("wrong_account");
    assertThat(((Outcome.StartFailed) answer.join()).reason()).isEqualTo("wrong_account");
    assertThat(world.sockets).hasSize(1);
    assertThat(world.openSockets()).isZero();
  }

  @Test
  @DisplayName(
      "R11: without the ping's answer it isn't connected; the reason is kept and it is tried again")
  void needsTheProbe() {
    assertThat(world.start()).isNotDone();
    world.socket().answers = false;
    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();
    assertThat(world.loop.status().state()).isEqualTo("verifying");
    world.pass(Duration.ofSeconds(14));
    assertThat(world.loop.status().state()).isEqualTo("verifying");
    world.pass(Duration.ofSeconds(2)); // as long as any ping may take, not as long as a query

    assertThat(world.loop.status().trouble().lastDisconnect().orElseThrow().reason())
        .isEqualTo("probe_failed");
    assertThat(world.events.stream().map(Event::type)).doesNotContain("session.connected");
  }

  @Test
  @DisplayName("R11: an account without a name shows no presence, and the ping alone is its probe")
  void provesWithoutAName() {
    var nameless =
        new Account(LoopWorld.ACCOUNT.jid(), LoopWorld.ACCOUNT.lid(), Optional.empty(), "android");
    var anonymous = new LoopWorld(Optional.of(nameless));
    var socket = anonymous.connect();

    assertThat(socket.got).noneMatch(it -> it.is("presence"));
    assertThat(anonymous.loop.status().connected()).isTrue();
    assertThat(anonymous.loop.status().traffic().probe()).contains("ping");
  }

  @Test
  @DisplayName(
      "R11: a stream error just before the ping's answer is the end, and nothing is proven")
  void endsBeforeTheProof() {
    assertThat(world.start()).isNotDone();
    var socket = world.socket();
    socket.answers = false;
    socket.say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();
    for (var namespace : List.of("encrypt", "passive")) {
      socket.say(LoopWorld.answer(socket.asked(namespace).orElseThrow()));
      world.settle();
    }
    var probe = socket.asked("w:p").orElseThrow();
    assertThat(world.loop.status().state()).isEqualTo("verifying");
    socket.say(Element.of("stream:error").with("code", 503));
    socket.say(LoopWorld.answer(probe));
    world.settle();

    assertThat(world.events.stream().map(Event::type)).doesNotContain("session.connected");
    assertThat(world.loop.status().state()).isEqualTo("waiting");
  }

  @Test
  @DisplayName("R11: each answered ping verifies the connection anew")
  void verifiesAnew() {
    world.connect();
    assertThat(world.loop.status().traffic().verifiedAt()).contains(LoopWorld.NOON);
    world.pass(Duration.ofSeconds(30));
    assertThat(world.loop.status().traffic().verifiedAt()).contains(LoopWorld.NOON.plusSeconds(30));

    world.socket().answers = false;
    world.pass(Duration.ofSeconds(31));
    assertThat(world.loop.status().traffic().verifiedAt()).contains(LoopWorld.NOON.plusSeconds(30));
  }

  @Test
  @DisplayName(
      "R8, R15: what can't be read before the login is through ends the attempt, and later doesn't")
  void triesAgainWhenTheLoginIsUnreadable() {
    assertThat(world.start()).isNotDone();
    world.socket().sayBytes(new byte[] {1});
    world.settle();
    assertThat(world.loop.status().trouble().lastDisconnect().orElseThrow().reason())
        .isEqualTo("malformed");
    world.pass(Duration.ofSeconds(3));
    assertThat(world.sockets).hasSize(2);

    world.connect();
    world.socket().sayBytes(new byte[] {1});
    world.settle();
    assertThat(world.loop.status().connected()).isTrue();
  }

  @Test
  @DisplayName("Page 03 § 7: sends wait for the end of the server's queue, or for 10 s")
  void waitsForTheBacklog() {
    assertThat(world.start()).isNotDone();
    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()));
    world.settle();
    world.loop.ask(
        caller ->
            new Input.Send(
                caller,
                new SendRequest(
                    Optional.empty(),
                    "hello".getBytes(StandardCharsets.UTF_8),
                    Jid.phone("15550100002"),
                    new Content.Text("hello"),
                    SendRequest.WhenBusy.QUEUE)));
    world.pass(Duration.ofMillis(9_900));
    assertThat(world.socket().asked("usync")).isEmpty();

    world.pass(Duration.ofMillis(200));
    assertThat(world.socket().asked("usync")).isPresent();
  }

  @Test
  @DisplayName(
      "Page 03 § 4.4: a backlog is asked for, a dirty bit is cleaned, the server's ping is"
          + " answered")
  void answersTheServer() {
    var socket = world.connect();
    socket.say(bag(Element.of("offline_preview").with("count", 3)));
    socket.say(bag(Element.of("dirty").with("type", "groups").with("timestamp", "7")));
    socket.say(
        Element.of("iq")
            .with("from", Jid.SERVER)
            .with("type", "get")
            .with("id", "theirs")
            .with("xmlns", "urn:xmpp:ping"));
    world.settle();

    assertThat(socket.got).anyMatch(it -> it.child("offline_batch").isPresent());
    assertThat(socket.asked("urn:xmpp:whatsapp:dirty").orElseThrow().requireChild("clean"))
        .isEqualTo(Element.of("clean").with("type", "groups").with("timestamp", "7"));
    assertThat(socket.got)
        .anyMatch(it -> it.is("iq") && it.attribute("id").equals(Optional.of("theirs")));
  }

  @Test
  @DisplayName("A stanza that makes no sense is dropped, and nothing else happens")
  void dropsNonsense() {
    var socket = world.connect();
    socket.say(Element.of("message"));
    socket.say(Element.of("notification").with("type", "w:gp2"));
    socket.say(bag(Element.of("edge_routing").containing(Element.of("routing_info"))));
    socket.sayBytes(new byte[] {0, 9, 9, 9});
    socket.sayBytes(new byte[0]);
    world.settle();

    assertThat(world.loop.status().connected()).isTrue();
    assertThat(world.sockets).hasSize(1);
  }

  @Test
  @DisplayName("The account's name is learnt from the server, and kept")
  void learnsTheName() {
    assertThat(world.start()).isNotDone();
    world.socket().say(LoopWorld.success(LoopWorld.ACCOUNT.lid()).with("display_name", "Anna"));
    world.settle();

    assertThat(world.loop.status().account().orElseThrow().pushName()).contains("Anna");
    assertThat(world.loop(1).status().account().orElseThrow().pushName()).contains("Anna");
  }

  @Test
  @DisplayName(
      "R17: a logout is answered even if the connection ends instead of the server's answer")
  void logsOutAnyway() {
    var socket = world.connect();
    socket.answers = false;
    var first = world.loop.ask(Input.LogOut::new).toCompletableFuture();
    var second = world.loop.ask(Input.LogOut::new).toCompletableFuture();
    world.settle();
    assertThat(first).isNotDone();
    socket.end(Input.Cause.LOST);
    world.pass(Duration.ofHours(1));

    assertThat(first.join()).isEqualTo(new Outcome.LoggedOut());
    assertThat(second.join()).isEqualTo(new Outcome.LoggedOut());
    assertThat(world.loop.status().state()).isEqualTo("logged_out");
    assertThat(world.sockets).hasSize(1);
  }

  @Test
  @DisplayName("R10: whoever wants a code is answered when the attempt ends without one")
  void endsWishes() {
    var fresh = new LoopWorld(false);
    var code = wantsCode(fresh, "15550100001");
    var second = wantsCode(fresh, "15550100002");
    assertThat(code.join()).isInstanceOf(Outcome.StartFailed.class);
    fresh.loop.ask(Input.Stop::new);
    fresh.settle();

    assertThat(second.join()).isInstanceOf(Outcome.StartFailed.class);
  }

  @Test
  @DisplayName("R10: whoever wants a code is answered when the server's word on it can't be read")
  void malformedHello() {
    var fresh = new LoopWorld(false);
    var code = wantsCode(fresh, "15550100001");
    fresh
        .socket()
        .say(
            Element.of("iq")
                .with("from", Jid.SERVER)
                .with("type", "set")
                .with("id", "1")
                .containing(
                    Element.of("pair-device").containing(Element.of("ref").containing("2@ref"))));
    fresh.settle();

    assertThat(fresh.socket().asked("md")).as("it is answered with nothing in it").isPresent();
    assertThat(code).isDone();
    assertThat(((Outcome.StartFailed) code.join()).reason()).isEqualTo("pairing_code_refused");
  }

  private static Element bag(Element child) {
    return Element.of("ib").with("from", Jid.SERVER).containing(child);
  }

  private static CompletableFuture<Outcome> wantsCode(LoopWorld world, String number) {
    var code =
        world.loop.ask(caller -> new Input.RequestCode(caller, number)).toCompletableFuture();
    world.settle();
    return code;
  }
}
