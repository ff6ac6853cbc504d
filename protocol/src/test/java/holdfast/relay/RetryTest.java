package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.store.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RetryTest {
  private final World world = new World();
  private final World.Person ann = world.person("15550100001", 0, 3);
  private final World.Person ben = world.person("15550100002", 0, 7);
  private final Companion annsGateway = ann.device(3);
  private final Companion bensGateway = ben.device(7);

  /// Flips a bit in the ciphertexts of the next `count` messages to this device.
  static UnaryOperator<Optional<World.Delivery>> corrupting(Companion device, int count) {
    var left = new AtomicInteger(count);
    return delivery ->
        delivery.map(
            it -> {
              boolean hit =
                  it.to() == device && it.stanza().is("message") && left.getAndDecrement() > 0;
              return hit ? new World.Delivery(it.to(), corrupted(it.stanza())) : it;
            });
  }

  static Element corrupted(Element stanza) {
    return stanza.containing(
        stanza.children().stream().map(child -> child.is("enc") ? flipped(child) : child).toList());
  }

  private static Element flipped(Element enc) {
    var bytes = enc.bytes().clone();
    bytes[bytes.length * 2 / 3] ^= 1;
    return enc.containing(bytes);
  }

  @Test
  @DisplayName("A damaged first message heals by a retry, one to one")
  void healsFirst() {
    world.tamper = corrupting(bensGateway, 1);
    annsGateway.send(ben.phone, "Hello");
    world.run();

    assertThat(bensGateway.texts()).containsExactly("Hello");
    assertThat(ben.device(0).texts()).containsExactly("Hello");
    assertThat(bensGateway.all(Event.MessageUndecryptable.class)).hasSize(1);
  }

  @Test
  @DisplayName("What was sent is kept: a retry is answered six days and a restart later")
  void healsAfterDays() {
    var damage = corrupting(bensGateway, 1);
    world.tamper =
        delivery -> {
          var passed = damage.apply(delivery);
          if (passed.filter(it -> it.to() == annsGateway && isRetry(it.stanza())).isPresent()) {
            annsGateway.disconnect();
          }
          return passed;
        };
    annsGateway.send(ben.phone, "Hello");
    world.run();
    assertThat(bensGateway.texts()).isEmpty();

    world.tamper = delivery -> delivery;
    world.pass(Duration.ofDays(6));
    annsGateway.connect();
    world.run();
    assertThat(bensGateway.texts()).containsExactly("Hello");
  }

  private static boolean isRetry(Element stanza) {
    return stanza.attribute("type").filter("retry"::equals).isPresent();
  }

  @Test
  @DisplayName("A damaged later message heals by a retry in either direction")
  void healsLater() {
    annsGateway.send(ben.phone, "one");
    world.run();
    bensGateway.send(ann.phone, "two");
    world.run();
    world.tamper = corrupting(bensGateway, 1);
    annsGateway.send(ben.phone, "three");
    world.run();
    world.tamper = corrupting(annsGateway, 1);
    bensGateway.send(ann.phone, "four");
    world.run();

    assertThat(annsGateway.texts()).containsExactly("two", "four");
    assertThat(bensGateway.texts()).containsExactly("one", "three");
  }

  @Test
  @DisplayName("The second retry brings a bundle, and a new ratchet heals what the old one can't")
  void healsByBundle() {
    annsGateway.send(ben.phone, "one");
    world.run();
    world.tamper = corrupting(bensGateway, 2);
    annsGateway.send(ben.phone, "two");
    world.run();

    assertThat(bensGateway.texts()).containsExactly("one", "two");
    var retries =
        world.sent(bensGateway, "receipt").stream()
            .filter(it -> it.attribute("type").equals(Optional.of("retry")))
            .toList();
    assertThat(retries).hasSize(2);
    assertThat(retries.getFirst().child("keys")).isEmpty();
    assertThat(retries.getLast().child("keys")).isPresent();
    assertThat(DirectTest.encs(world.messages(annsGateway).getLast()).getFirst().require("type"))
        .isEqualTo("pkmsg");
  }

  @Test
  @DisplayName("A device that has lost its ratchets is served a message that it can read")
  void healsAmnesia() {
    annsGateway.send(ben.phone, "one");
    world.run();
    bensGateway.send(ann.phone, "answer");
    world.run();
    bensGateway.meddle(context -> context.draft().forgetRatchet(ann.lid.withDevice(3)));
    annsGateway.send(ben.phone, "two");
    world.run();

    assertThat(bensGateway.texts()).containsExactly("one", "two");
  }

  @Test
  @DisplayName("A copy for an own device heals as well")
  void healsOwnCopy() {
    world.tamper = corrupting(ann.device(0), 1);
    annsGateway.send(ben.phone, "Hello");
    world.run();

    assertThat(ann.device(0).texts()).containsExactly("Hello");
    assertThat(ann.device(0).received().getFirst().chat().jid()).isEqualTo(ben.phone);
    assertThat(ann.device(0).received().getFirst().fromMe()).isTrue();
  }

  @Test
  @DisplayName("A damaged group message heals, the key coming along, and the next one is read")
  void healsGroup() {
    var group = world.group("120363025246125486", ann, ben);
    world.tamper = corrupting(bensGateway, 1);
    annsGateway.send(group, "one");
    world.run();
    annsGateway.send(group, "two");
    world.run();

    assertThat(bensGateway.texts()).containsExactly("one", "two");
    assertThat(ben.device(0).texts()).containsExactly("one", "two");
  }

  @Test
  @DisplayName("A device that has lost a sender key heals")
  void healsLostSenderKey() {
    Jid group = world.group("120363025246125486", ann, ben);
    annsGateway.send(group, "one");
    world.run();
    bensGateway.meddle(context -> context.draft().forgetSenderKey(group, ann.lid.withDevice(3)));
    annsGateway.send(group, "two");
    annsGateway.send(group, "three");
    world.run();

    assertThat(bensGateway.texts()).containsExactlyInAnyOrder("one", "two", "three");
  }

  @Test
  @DisplayName("After five tries it is given up: no more receipts, no more messages")
  void bounded() {
    world.tamper = corrupting(bensGateway, Integer.MAX_VALUE);
    annsGateway.send(ben.phone, "Hello");
    world.run();

    assertThat(bensGateway.texts()).isEmpty();
    assertThat(
            world.sent(bensGateway, "receipt").stream()
                .filter(it -> it.attribute("type").equals(Optional.of("retry"))))
        .hasSize(5);
    assertThat(world.messages(annsGateway)).hasSize(1 + 5);
    assertThat(bensGateway.all(Event.MessageUndecryptable.class)).hasSize(6);
  }

  @Test
  @DisplayName("A device that asks for ever is served five times, over restarts too")
  void servedFiveTimes() {
    var row = annsGateway.send(ben.phone, "Hello");
    world.run();
    int before = world.messages(annsGateway).size();
    for (int time = 0; time < 9; time++) {
      world.deliver(
          annsGateway,
          Element.of("receipt")
              .with("id", row.messageId())
              .with("from", bensGateway.jid())
              .with("type", "retry")
              .containing(Element.of("retry").with("count", 1).with("id", row.messageId())));
      world.run();
      annsGateway.disconnect();
      annsGateway.connect();
    }

    assertThat(world.messages(annsGateway)).hasSize(before + 5);
  }

  @Test
  @DisplayName("The count of retries outlives the process")
  void countIsDurable() {
    var deliveries = new ArrayList<Element>();
    world.tamper =
        delivery -> {
          delivery
              .filter(it -> it.to() == bensGateway)
              .map(World.Delivery::stanza)
              .ifPresent(deliveries::add);
          return Optional.empty();
        };
    annsGateway.send(ben.phone, "Hello");
    world.run();
    world.tamper = delivery -> delivery.filter(it -> it.to() == bensGateway);
    world.swallow = stanza -> stanza.is("receipt");
    var damaged = corrupted(deliveries.getFirst());
    for (int time = 0; time < 9; time++) {
      bensGateway.receive(damaged);
      bensGateway.disconnect();
      bensGateway.connect();
    }
    world.run();

    assertThat(
            world.sent(bensGateway, "receipt").stream()
                .map(it -> it.requireChild("retry").require("count")))
        .containsExactly("1", "2", "3", "4", "5");
  }

  @Test
  @DisplayName("A stranger's retry receipt for a message that isn't his is answered with nothing")
  void stranger() {
    var eve = world.person("15550100066", 0);
    var row = annsGateway.send(ben.phone, "secret");
    world.run();
    int before = world.messages(annsGateway).size();
    world.deliver(
        annsGateway,
        Element.of("receipt")
            .with("id", row.messageId())
            .with("from", eve.lid)
            .with("type", "retry")
            .containing(Element.of("retry").with("count", 1).with("id", row.messageId())));
    world.run();

    assertThat(world.messages(annsGateway)).hasSize(before);
  }

  @Test
  @DisplayName("A retry whose bundle doesn't come before the connection ends isn't acked")
  void unanswered() {
    annsGateway.send(ben.phone, "one");
    world.run();
    annsGateway.meddle(context -> context.draft().forgetRatchet(ben.lid.withDevice(7)));
    world.swallow = stanza -> stanza.is("iq") && stanza.require("xmlns").equals("encrypt");
    world.tamper = corrupting(bensGateway, 1);
    var row = world.messages(annsGateway).getFirst().require("id");
    world.deliver(
        annsGateway,
        Element.of("receipt")
            .with("id", row)
            .with("from", bensGateway.jid())
            .with("type", "retry")
            .containing(Element.of("retry").with("count", 1).with("id", row)));
    world.run();
    world.pass(Duration.ofSeconds(1));

    assertThat(world.sent(annsGateway, "ack"))
        .noneMatch(ack -> ack.attribute("type").equals(Optional.of("retry")));
  }
}
