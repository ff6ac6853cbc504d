package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import holdfast.proto.MessageKey;
import holdfast.stanza.Jid;
import holdfast.store.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a phone answers when it is asked for a message, and what becomes of the message.
class PlaceholderTest extends MissedMessages {
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
}
