package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import holdfast.proto.MessageKey;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.step.Query;
import holdfast.store.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The phone is played by the test: what it is asked lies in `world.messages(gateway)`.
class PlaceholderTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final World world = new World();
  private final World.Person ann = world.person("15550100001", 0, 3, 4);
  private final World.Person ben = world.person("15550100002", 0);
  private final Companion gateway = ann.device(3);
  private final Companion phone = ann.device(0);
  private final Companion ben0 = ben.device(0);
  private UnaryOperator<Optional<World.Delivery>> damage = UnaryOperator.identity();
  private final OwnPhone played = new OwnPhone(phone, gateway);

  @BeforeEach
  void talk() {
    phone.send(ben.phone, "first");
    ann.device(4).send(ben.phone, "second");
    ben0.send(ann.phone, "third");
    world.run();
    gateway.events.clear();
    world.incoming.clear();
    world.asked.clear();
  }

  @Test
  @DisplayName("R31: what isn't sent again is asked of the phone, whose answer is the one event")
  void fromPhone() throws Exception {
    var lost = missed("Hello");
    var sentAt = gateway.all(Event.MessageUndecryptable.class).getFirst().at();
    assertThat(requests()).as("its sender is given time").isEmpty();
    world.pass(PATIENCE);

    assertThat(played.asked(requests().getFirst()))
        .isEqualTo(
            MessageKey.newBuilder()
                .setRemoteJid(ben.lid.toString())
                .setFromMe(false)
                .setId(lost)
                .build());
    answer(requests().getFirst(), lost, "Hello");

    assertThat(gateway.texts()).containsExactly("Hello");
    var received = gateway.received().getFirst();
    assertThat(received.messageId()).isEqualTo(lost);
    assertThat(received.chat().jid()).isEqualTo(ben.phone);
    assertThat(received.from().pushName()).contains("Name of " + ben.phone.user());
    assertThat(received.timestamp()).isEqualTo(sentAt);
    assertThat(received.fromMe()).isFalse();
    assertThat(types())
        .containsExactly("message.undecryptable", "message.requested", "message.received");
    resends(lost);
    world.pass(Duration.ofDays(2));
    assertThat(gateway.texts()).containsExactly("Hello");
    assertThat(gateway.all(Event.MessageUndecryptable.class)).hasSize(1);
    assertThat(requests()).hasSize(1);
  }

  @Test
  @DisplayName("A request goes to the own phone alone, as a message between own devices")
  void form() {
    missed("Hello");
    world.pass(PATIENCE);

    var request = requests().getFirst();
    assertThat(request.requireJid("to")).isEqualTo(ann.phone);
    assertThat(request.require("type")).isEqualTo("text");
    assertThat(request.attribute("push_priority")).contains("high_force");
    assertThat(request.child("participants")).isEmpty();
    assertThat(request.requireChild("meta").require("appdata")).isEqualTo("default");
    assertThat(request.children("enc")).hasSize(1);
  }

  @Test
  @DisplayName("What its sender sends again in time isn't asked for")
  void resentInTime() {
    var lost = missed("Hello");
    resends(lost);
    world.pass(Duration.ofDays(1));

    assertThat(gateway.texts()).containsExactly("Hello");
    assertThat(requests()).isEmpty();
    assertThat(gateway.peek().missed()).isEmpty();
  }

  @Test
  @DisplayName("R31: an answer behind the sender's own repetition changes nothing")
  void resentBeforeAnswer() {
    var lost = missed("Hello");
    world.pass(PATIENCE);
    resends(lost);
    answer(requests().getFirst(), lost, "Hello");

    assertThat(gateway.texts()).containsExactly("Hello");
    assertThat(gateway.all(Event.MessageGivenUp.class)).isEmpty();
  }

  @Test
  @DisplayName("What a stranger, another own device or a plain message answers is nothing")
  void forged() {
    var lost = missed("Hello");
    world.pass(PATIENCE);
    var request = requests().getFirst().require("id");
    var forgery = OwnPhone.response(request, OwnPhone.info(lost, "forged"));
    gateway.receive(played.sealed(ben0, forgery, true));
    gateway.receive(played.sealed(ann.device(4), forgery, true));
    gateway.receive(played.sealed(phone, forgery, false));
    gateway.receive(
        played.sealed(
            phone, OwnPhone.response("3EB0UNASKED", OwnPhone.info(lost, "forged")), true));
    gateway.receive(
        played
            .sealed(phone, OwnPhone.response(request, OwnPhone.info(lost, "forged")), true)
            .without("category"));
    world.run();
    assertThat(gateway.texts()).isEmpty();

    answer(requests().getFirst(), lost, "Hello");
    answer(requests().getFirst(), lost, "Hello twice");
    assertThat(gateway.texts()).containsExactly("Hello");
  }

  @Test
  @DisplayName(
      "A phone that hasn't got it ends the asking, and what comes later is taken all the same")
  void notOnPhone() {
    var lost = missed("Hello");
    world.pass(PATIENCE);
    var request = requests().getFirst().require("id");
    gateway.receive(
        played.sealed(phone, OwnPhone.response(request, OwnPhone.info("another", "no")), true));
    world.pass(Duration.ofDays(1));

    assertThat(gateway.all(Event.MessageGivenUp.class))
        .extracting(Event.MessageGivenUp::messageId, Event.MessageGivenUp::reason)
        .containsExactly(tuple(lost, "not_on_phone"));
    assertThat(requests()).hasSize(1);
    resends(lost);
    assertThat(gateway.texts()).containsExactly("Hello");
  }

  @Test
  @DisplayName("An answer in which nothing can be read ends the asking")
  void unreadableAnswer() {
    missed("Hello");
    world.pass(PATIENCE);
    var request = requests().getFirst().require("id");
    gateway.receive(
        played.sealed(phone, OwnPhone.response(request, new byte[] {(byte) 0xFF, 1, 2}), true));

    assertThat(gateway.texts()).isEmpty();
    assertThat(gateway.all(Event.MessageGivenUp.class)).hasSize(1);
  }

  @Test
  @DisplayName("R22: a phone that doesn't answer is asked three times, over restarts, then no more")
  void unanswered() {
    var lost = missed("Hello");
    restart();
    assertThat(requests()).isEmpty();
    for (var wait : List.of(PATIENCE, Duration.ofMinutes(2), Duration.ofHours(1))) {
      world.pass(wait.minusSeconds(1));
      restart();
      int before = requests().size();
      world.pass(Duration.ofSeconds(1));
      assertThat(requests()).hasSize(before + 1);
    }
    assertThat(World.ids(requests())).isEqualTo(3);
    restart();
    world.pass(Duration.ofHours(24));

    assertThat(requests()).hasSize(3);
    assertThat(gateway.all(Event.MessageRequested.class))
        .extracting(Event.MessageRequested::attempt)
        .containsExactly(1, 2, 3);
    assertThat(gateway.all(Event.MessageGivenUp.class))
        .extracting(Event.MessageGivenUp::messageId, Event.MessageGivenUp::reason)
        .containsExactly(tuple(lost, "unanswered"));
    answer(requests().getFirst(), lost, "too late");
    assertThat(gateway.texts()).isEmpty();
  }

  @Test
  @DisplayName("The answer to the first of several requests counts")
  void lateAnswer() {
    var lost = missed("Hello");
    world.pass(PATIENCE);
    world.pass(Duration.ofMinutes(2));
    assertThat(requests()).hasSize(2);
    answer(requests().getFirst(), lost, "Hello");
    answer(requests().getLast(), lost, "Hello");

    assertThat(gateway.texts()).containsExactly("Hello");
    assertThat(gateway.all(Event.MessageGivenUp.class)).isEmpty();
  }

  @Test
  @DisplayName("While there is no connection nothing is asked, and all of it when there is one")
  void away() {
    missed("Hello");
    gateway.disconnect();
    world.pass(Duration.ofDays(3));
    assertThat(requests()).isEmpty();
    gateway.connect();
    world.run();

    assertThat(requests()).hasSize(1);
    assertThat(gateway.all(Event.MessageGivenUp.class)).isEmpty();
  }

  @Test
  @DisplayName("In a group the phone is told who wrote it")
  void group() throws Exception {
    var group = world.group("120363025246125486", ann, ben);
    var lost = missed(group, "Hello all");
    world.pass(PATIENCE);
    var key = played.asked(requests().getFirst());
    assertThat(key.getRemoteJid()).isEqualTo(group.toString());
    assertThat(key.getParticipant()).isEqualTo(ben.lid.toString());
    answer(requests().getFirst(), lost, "Hello all");

    assertThat(gateway.received().getFirst().group()).isTrue();
    assertThat(gateway.received().getFirst().from().jid()).isEqualTo(ben.phone);
    // The sender key comes with what is sent again, though the text is there already.
    resends(lost);
    ben0.send(group, "and more");
    world.run();
    assertThat(gateway.texts()).containsExactly("Hello all", "and more");
    assertThat(gateway.all(Event.MessageUndecryptable.class)).hasSize(1);
  }

  @Test
  @DisplayName("What an own device wrote elsewhere is asked for as ours")
  void ownCopy() throws Exception {
    corruptOnce();
    var row = ann.device(4).send(ben.phone, "from elsewhere");
    world.run();
    world.pass(PATIENCE);
    assertThat(played.asked(requests().getFirst()).getFromMe()).isTrue();
    answer(requests().getFirst(), row.messageId(), "from elsewhere");

    assertThat(gateway.received().getFirst().fromMe()).isTrue();
    assertThat(gateway.received().getFirst().chat().jid()).isEqualTo(ben.phone);
  }

  @Test
  @DisplayName("What is on the phone only is asked for at once, unless it is too old to be there")
  void unavailable() {
    gateway.receive(unavailable("NEW", world.now.minus(Duration.ofDays(13)).getEpochSecond()));
    gateway.receive(unavailable("OLD", world.now.minus(Duration.ofDays(15)).getEpochSecond()));
    world.run();

    assertThat(requests()).hasSize(1);
    answer(requests().getFirst(), "NEW", "only there");
    assertThat(gateway.texts()).containsExactly("only there");
    assertThat(gateway.all(Event.MessageGivenUp.class))
        .extracting(Event.MessageGivenUp::messageId, Event.MessageGivenUp::reason)
        .containsExactly(tuple("OLD", "too_old"));
    gateway.receive(unavailable("NEW", world.now.getEpochSecond()));
    world.pass(Duration.ofDays(1));
    assertThat(requests()).hasSize(1);
  }

  @Test
  @DisplayName("Without a ratchet with the phone its bundle is asked for first")
  void withoutRatchet() throws Exception {
    gateway.meddle(context -> context.draft().forgetRatchet(phone.jid()));
    var lost = missed("Hello");
    world.swallow = iq -> iq.is("iq") || isRetry(iq);
    world.pass(PATIENCE);
    assertThat(world.asked).contains(new Query.Bundles(List.of(phone.jid())));
    assertThat(requests()).isEmpty();
    world.swallow = PlaceholderTest::isRetry;
    restart();

    assertThat(requests().getFirst().child("device-identity")).isPresent();
    assertThat(played.asked(requests().getFirst()).getId()).isEqualTo(lost);
  }

  @Test
  @DisplayName("A phone that couldn't read the request is asked once more, under a new ratchet")
  void unreadableRequest() {
    missed("Hello");
    world.pass(PATIENCE);
    var retry =
        Element.of("receipt")
            .with("id", requests().getFirst().require("id"))
            .with("from", phone.jid())
            .with("type", "retry")
            .containing(Element.of("retry").with("count", 1));
    gateway.receive(retry.with("from", ben0.jid()));
    world.run();
    assertThat(requests()).hasSize(1);
    gateway.receive(retry);
    world.run();

    assertThat(requests()).hasSize(2);
    assertThat(requests().getLast().requireChild("enc").require("type")).isEqualTo("pkmsg");
    assertThat(World.ids(requests())).isEqualTo(2);
  }

  @Test
  @DisplayName("Many at once are asked for in turns, and no more than can be kept")
  void many() {
    world.swallow = PlaceholderTest::isRetry;
    for (int i = 0; i < 300; i++) {
      gateway.receive(OwnPhone.message("G" + i, ben0.jid()).containing(OwnPhone.garbage()));
    }
    world.run();
    assertThat(gateway.all(Event.MessageGivenUp.class))
        .hasSize(44)
        .extracting(Event.MessageGivenUp::reason)
        .containsOnly("too_many");
    world.pass(PATIENCE);
    assertThat(requests()).hasSize(16);
    world.pass(Duration.ofSeconds(2));
    assertThat(requests()).hasSize(32);
    for (int i = 0; i < 40; i++) {
      world.pass(Duration.ofSeconds(2));
    }
    assertThat(gateway.peek().missed()).hasSize(256).allMatch(it -> it.requests().size() == 1);
  }

  @Test
  @DisplayName("R31: what the phone gave under a number isn't taken again under the LID")
  void numberThenLid() {
    var stranger = Jid.phone("15550100077");
    var stanza = OwnPhone.message("L1", stranger).containing(OwnPhone.garbage());
    world.swallow = it -> it.is("receipt") || it.is("ack");
    gateway.receive(stanza);
    world.pass(PATIENCE);
    answer(requests().getFirst(), "L1", "Hello");
    gateway.receive(
        OwnPhone.message("L1", Jid.lid("277"))
            .with("sender_pn", stranger)
            .containing(OwnPhone.garbage().with("count", 1)));
    world.run();

    assertThat(gateway.texts()).containsExactly("Hello");
    assertThat(gateway.all(Event.MessageUndecryptable.class)).hasSize(1);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  @DisplayName("R22, R31: in any order, with crashes at any instant, each message is told once")
  void once(long seed) {
    var random = new Random(seed);
    var lost = new ArrayList<String>();
    for (int i = 0; i < 8; i++) {
      lost.add(missed("text " + i));
    }
    gateway.crashes = () -> random.nextInt(8) == 0;
    for (int i = 0; i < 60; i++) {
      int which = random.nextInt(lost.size());
      switch (random.nextInt(5)) {
        case 0 -> world.pass(Duration.ofSeconds(random.nextInt(200)));
        case 1 -> resends(lost.get(which));
        case 2, 3 -> answerIfAsked(lost.get(which), "text " + which);
        default -> restart();
      }
    }
    gateway.crashes = () -> false;
    restart();
    lost.forEach(this::resends);
    world.pass(Duration.ofDays(2));

    var told = lost.stream().map(id -> gateway.received().stream().filter(isAbout(id)).count());
    assertThat(told).containsOnly(1L);
    assertThat(gateway.peek().missed()).isEmpty();
  }

  private static Predicate<Event.MessageReceived> isAbout(String id) {
    return event -> event.messageId().equals(id);
  }

  private void answerIfAsked(String id, String text) {
    gateway.peek().missed().stream()
        .filter(it -> it.id().equals(id) && !it.requests().isEmpty())
        .findFirst()
        .ifPresent(
            it -> {
              var stanza =
                  played.sealed(
                      phone,
                      OwnPhone.response(it.requests().getLast(), OwnPhone.info(id, text)),
                      true);
              world.deliver(gateway, stanza);
              world.run();
            });
  }

  // ---- how they are made

  private String missed(String text) {
    return missed(ann.phone, text);
  }

  /// A message that comes damaged, and whose sender isn't told.
  private String missed(Jid chat, String text) {
    corruptOnce();
    var row = ben0.send(chat, text);
    world.run();
    return row.messageId();
  }

  private void corruptOnce() {
    world.swallow = PlaceholderTest::isRetry;
    world.tamper =
        delivery -> {
          // What is asked of the phone is read by the test.
          var kept = delivery.filter(it -> it.to() != phone || !it.stanza().is("message"));
          return damage.apply(kept);
        };
    damage = RetryTest.corrupting(gateway, 1);
  }

  private static boolean isRetry(Element stanza) {
    return stanza.attribute("type").filter("retry"::equals).isPresent();
  }

  /// Its sender gets the retry receipt after all.
  private void resends(String id) {
    var retry =
        world.sent(gateway, "receipt").stream()
            .filter(it -> isRetry(it) && it.require("id").equals(id))
            .findFirst();
    var author = ids(ben0).contains(id) ? ben0 : ann.device(4);
    retry.ifPresent(
        it -> {
          boolean group = it.requireJid("to").isGroup();
          var receipt = it.without("to").without("participant").with("t", 1);
          author.receive(
              group
                  ? receipt.with("from", it.requireJid("to")).with("participant", gateway.jid())
                  : receipt.with("from", gateway.jid()));
        });
    world.run();
  }

  private List<String> ids(Companion from) {
    return world.messages(from).stream().map(it -> it.require("id")).toList();
  }

  private void restart() {
    gateway.disconnect();
    gateway.connect();
    world.run();
  }

  private List<Element> requests() {
    return world.messages(gateway).stream()
        .filter(it -> it.attribute("category").equals(Optional.of("peer")))
        .toList();
  }

  private List<String> types() {
    return gateway.events.stream().map(Event::type).toList();
  }

  private void answer(Element request, String id, String text) {
    gateway.receive(
        played.sealed(
            phone, OwnPhone.response(request.require("id"), OwnPhone.info(id, text)), true));
    world.run();
  }

  private Element unavailable(String id, long at) {
    return OwnPhone.message(id, ben0.jid())
        .with("t", at)
        .containing(Element.of("unavailable").with("type", "hosted_unavailable_fanout"));
  }
}
