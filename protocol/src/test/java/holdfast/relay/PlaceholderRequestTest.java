package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import holdfast.stanza.Element;
import holdfast.step.Query;
import holdfast.store.Event;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a phone is asked for, when, how often and in which form.
class PlaceholderRequestTest extends MissedMessages {
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
    world.swallow = MissedMessages::isRetry;
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
    world.swallow = MissedMessages::isRetry;
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
}
