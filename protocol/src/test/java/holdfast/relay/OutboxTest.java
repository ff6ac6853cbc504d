package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.message.Outbox;
import holdfast.message.Pacing;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.step.Answer;
import holdfast.store.Event;
import holdfast.store.Outbound;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final World world = new World();
  private final World.Person ann = world.person("15550100001", 0, 3);
  private final World.Person ben = world.person("15550100002", 0);
  private final World.Person eve = world.person("15550100003", 0);
  private final Companion gateway = ann.device(3);

  @Test
  @DisplayName("R36: 100 messages arrive once each and in order, with at most 64 under way")
  void hundred() {
    world.unacked = _ -> true;
    var texts = IntStream.range(0, 100).mapToObj(number -> "message " + number).toList();
    var rows = texts.stream().map(text -> gateway.send(ben.phone, text)).toList();
    world.run();
    assertThat(world.messages(gateway)).hasSize(64);

    rows.forEach(row -> world.deliver(gateway, ack(row.messageId())));
    world.run();
    world.unacked = _ -> false;
    rows.forEach(row -> world.deliver(gateway, ack(row.messageId())));
    world.run();

    assertThat(ben.device(0).texts()).containsExactlyElementsOf(texts);
    assertThat(rows).allMatch(row -> gateway.row(row).state() == Outbound.State.DELIVERED);
  }

  @Test
  @DisplayName("R36: a chat that waits for an answer keeps its order and holds no other chat")
  void otherChatsPass() {
    world.swallow =
        stanza -> stanza.is("iq") && stanza.toString().contains("usync") && asksFor(stanza, ben);
    gateway.send(ben.phone, "Ben 1");
    gateway.send(ben.phone, "Ben 2");
    gateway.send(eve.phone, "Eve 1");
    world.run();
    assertThat(eve.device(0).texts()).containsExactly("Eve 1");
    assertThat(ben.device(0).texts()).isEmpty();

    world.swallow = _ -> false;
    gateway.disconnect();
    gateway.connect();
    world.run();
    assertThat(ben.device(0).texts()).containsExactly("Ben 1", "Ben 2");
  }

  @Test
  @DisplayName("R34: one idempotency key is one message, however often the call is repeated")
  void idempotent() {
    var first = gateway.send(ben.phone, "Hi", Optional.of("key"));
    var again = gateway.send(ben.phone, "Hi", Optional.of("key"));
    world.run();
    var late = gateway.send(ben.phone, "Hi", Optional.of("key"));
    world.run();

    assertThat(List.of(again.id(), late.id())).containsOnly(first.id());
    assertThat(gateway.queue(ben.phone, "Other", Optional.of("key")))
        .isInstanceOf(Outbox.Queued.Mismatch.class);
    assertThat(ben.device(0).texts()).containsExactly("Hi");
  }

  @Test
  @DisplayName("R22: what is unacknowledged goes again on the next connection, the same bytes")
  void resumed() {
    world.unacked = _ -> true;
    world.tamper = delivery -> delivery.filter(it -> !it.stanza().is("receipt"));
    gateway.send(ben.phone, "one");
    gateway.send(ben.phone, "two");
    world.run();
    var before = world.messages(gateway);
    gateway.disconnect();
    world.unacked = _ -> false;
    gateway.connect();
    world.run();

    var all = world.messages(gateway);
    assertThat(before).hasSize(2);
    assertThat(all.subList(2, 4)).isEqualTo(before);
    assertThat(ben.device(0).texts()).containsExactly("one", "two");
  }

  @Test
  @DisplayName("R22: what was queued while there was no connection goes when there is one")
  void queuedOffline() {
    gateway.disconnect();
    var row = gateway.send(ben.phone, "later");
    assertThat(gateway.row(row).state()).isEqualTo(Outbound.State.QUEUED);
    gateway.connect();
    world.run();

    assertThat(ben.device(0).texts()).containsExactly("later");
  }

  @Test
  @DisplayName(
      "R11: 20 s without an ack: a ping, the same bytes, and no `canSend`; 20 s more: the connection"
          + " is lost")
  void ackTimeouts() {
    world.unacked = _ -> true;
    ben.device(0).connected = false;
    gateway.send(ben.phone, "Hi");
    world.run();
    world.pass(Duration.ofSeconds(19));
    assertThat(world.messages(gateway)).hasSize(1);
    assertThat(gateway.outbox.isStalled()).isFalse();

    world.pass(Duration.ofSeconds(1));
    assertThat(gateway.outbox.isStalled()).isTrue();
    var messages = world.messages(gateway);
    assertThat(messages).hasSize(2);
    assertThat(messages.get(1)).isEqualTo(messages.get(0));
    assertThat(world.sent(gateway, "iq").getLast().require("xmlns")).isEqualTo("w:p");
    assertThat(gateway.lost).isFalse();

    world.pass(Duration.ofSeconds(20));
    assertThat(world.messages(gateway)).hasSize(2);
    assertThat(gateway.lost).isTrue();
  }

  @Test
  @DisplayName("A delivery receipt without an ack is as good: nothing goes twice")
  void receiptInsteadOfAck() {
    world.unacked = _ -> true;
    var row = gateway.send(ben.phone, "Hi");
    world.run();
    world.pass(Duration.ofSeconds(60));

    assertThat(gateway.row(row).state()).isEqualTo(Outbound.State.DELIVERED);
    assertThat(world.messages(gateway)).hasSize(1);
    assertThat(gateway.lost).isFalse();
  }

  @Test
  @DisplayName("R35: at most 20 in any 60 s; the next goes when the window allows it")
  void pacing() {
    gateway.pacing = Pacing.CAREFUL;
    IntStream.range(0, 50).forEach(number -> gateway.send(ben.phone, "message " + number));
    world.run();
    assertThat(ben.device(0).texts()).hasSize(20);
    assertThat(gateway.outbox.deadline().orElseThrow())
        .isEqualTo(world.now.plus(Duration.ofSeconds(60)));

    world.pass(Duration.ofSeconds(59));
    assertThat(ben.device(0).texts()).hasSize(20);
    world.pass(Duration.ofSeconds(1));
    assertThat(ben.device(0).texts()).hasSize(40);
    world.pass(Duration.ofSeconds(60));
    assertThat(ben.device(0).texts()).hasSize(50);
  }

  @Test
  @DisplayName("R35: the window slides, and outlives a restart")
  void slidingWindow() {
    gateway.pacing = new Pacing(OptionalInt.of(2));
    gateway.send(ben.phone, "one");
    world.run();
    world.pass(Duration.ofSeconds(40));
    gateway.send(ben.phone, "two");
    gateway.send(ben.phone, "three");
    world.run();
    gateway.disconnect();
    gateway.connect();
    world.run();
    assertThat(ben.device(0).texts()).containsExactly("one", "two");

    world.pass(Duration.ofSeconds(20));
    assertThat(ben.device(0).texts()).containsExactly("one", "two", "three");
  }

  @Test
  @DisplayName("R30, R35: the window may be another than a minute")
  void pacingInAnotherWindow() {
    gateway.pacing = new Pacing(OptionalInt.of(1), Duration.ofSeconds(90));
    gateway.send(ben.phone, "one");
    gateway.send(ben.phone, "two");
    world.run();
    world.pass(Duration.ofSeconds(89));
    assertThat(ben.device(0).texts()).containsExactly("one");
    world.pass(Duration.ofSeconds(1));
    assertThat(ben.device(0).texts()).containsExactly("one", "two");
  }

  @Test
  @DisplayName("R35: pacing that is turned off lets go at once")
  void pacingOff() {
    gateway.pacing = new Pacing(OptionalInt.of(1));
    gateway.send(ben.phone, "one");
    gateway.send(ben.phone, "two");
    world.run();
    assertThat(ben.device(0).texts()).containsExactly("one");
    gateway.pacing = Pacing.OFF;
    gateway.send(ben.phone, "three");
    world.run();
    assertThat(ben.device(0).texts()).containsExactly("one", "two", "three");
  }

  @Test
  @DisplayName("A refusal by the server fails the message with its name, and the next one goes")
  void refused() {
    gateway.disconnect();
    var bad = gateway.send(ben.phone, "one");
    var good = gateway.send(ben.phone, "two");
    world.refusals.put(bad.messageId(), 463);
    gateway.connect();
    world.run();

    assertThat(gateway.row(bad).failure()).contains("restricted");
    assertThat(gateway.row(good).state()).isEqualTo(Outbound.State.DELIVERED);
    assertThat(gateway.all(Event.OutboundChanged.class))
        .filteredOn(event -> event.id().equals(bad.id()))
        .extracting(event -> event.state().wire())
        .containsExactly("sending", "failed");
  }

  @Test
  @DisplayName("A trusted-contact token that was received is attached, and ours is issued once")
  void tokens() {
    world.deliver(
        gateway,
        Element.of("notification")
            .with("id", "n1")
            .with("type", "privacy_token")
            .with("from", ben.phone)
            .with("sender_lid", ben.lid)
            .containing(
                Element.of("tokens")
                    .containing(
                        Element.of("token")
                            .with("type", "trusted_contact")
                            .with("t", world.now.getEpochSecond())
                            .containing(new byte[] {1, 2, 3}))));
    world.run();
    gateway.send(ben.phone, "one");
    world.run();
    gateway.send(ben.phone, "two");
    world.run();

    assertThat(world.messages(gateway))
        .allMatch(stanza -> stanza.requireChild("tctoken").bytes().length == 3);
    assertThat(world.sent(gateway, "iq").stream().map(iq -> iq.require("xmlns")))
        .filteredOn("privacy"::equals)
        .hasSize(1);

    world.pass(Duration.ofDays(29));
    gateway.send(ben.phone, "three");
    world.run();
    assertThat(world.messages(gateway).getLast().child("tctoken")).isEmpty();
    assertThat(world.sent(gateway, "iq").stream().map(iq -> iq.require("xmlns")))
        .filteredOn("privacy"::equals)
        .hasSize(2);
  }

  @Test
  @DisplayName("A question that nobody answers is asked again; the message goes when it is")
  void lostAnswer() {
    world.swallow = stanza -> stanza.is("iq");
    gateway.send(ben.phone, "Hi");
    world.run();
    var query = world.asked.getLast();
    world.swallow = _ -> false;
    gateway.answered(query, new Answer.Lost());
    world.run();

    assertThat(ben.device(0).texts()).containsExactly("Hi");
  }

  @Test
  @DisplayName("A server that won't tell is asked three times, with rests, and then it has failed")
  void refusedAnswer() {
    world.swallow = stanza -> stanza.is("iq");
    var row = gateway.send(ben.phone, "Hi");
    world.run();
    int before = world.asked.size();
    for (int time = 0; time < 2; time++) {
      gateway.answered(world.asked.getLast(), new Answer.Refused(503, "unavailable"));
      world.run();
      assertThat(world.asked).hasSize(before + time);
      world.pass(Duration.ofSeconds(5));
      assertThat(world.asked).hasSize(before + time + 1);
    }
    gateway.answered(world.asked.getLast(), new Answer.Refused(503, "unavailable"));
    world.run();

    assertThat(gateway.row(row).failure()).contains("lookup_refused");
  }

  @Test
  @DisplayName("An answer that isn't one counts as a refusal, and holds nothing for ever")
  void malformedAnswer() {
    world.swallow = stanza -> stanza.is("iq");
    gateway.send(ben.phone, "Hi");
    world.run();
    gateway.answered(world.asked.getLast(), new Answer.Result(Element.of("iq")));
    world.swallow = _ -> false;
    world.pass(Duration.ofSeconds(5));

    assertThat(ben.device(0).texts()).containsExactly("Hi");
  }

  private static boolean asksFor(Element iq, World.Person person) {
    return iq.requireChild("usync").requireChild("list").children().stream()
        .anyMatch(
            user ->
                user.child("contact")
                    .filter(it -> it.text().equals("+" + person.phone.user()))
                    .isPresent());
  }

  private static Element ack(String id) {
    return Element.of("ack").with("class", "message").with("id", id).with("from", Jid.SERVER);
  }
}
