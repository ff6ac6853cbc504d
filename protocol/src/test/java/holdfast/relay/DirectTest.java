package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.step.Verdict;
import holdfast.store.Event;
import holdfast.store.Outbound;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DirectTest {
  private final World world = new World();
  private final World.Person ann = world.person("15550100001", 0, 3);
  private final World.Person ben = world.person("15550100002", 0, 7);
  private final Companion annsGateway = ann.device(3);
  private final Companion bensGateway = ben.device(7);

  @Test
  @DisplayName("R34: a text reaches all devices of the other and the other devices of the sender")
  void reachesAllDevices() {
    var row = annsGateway.send(ben.phone, "Hello ✓");
    world.run();

    assertThat(ben.device(0).texts()).containsExactly("Hello ✓");
    assertThat(bensGateway.texts()).containsExactly("Hello ✓");
    assertThat(ann.device(0).texts()).containsExactly("Hello ✓");
    assertThat(annsGateway.texts()).isEmpty();
    assertThat(annsGateway.row(row).state()).isEqualTo(Outbound.State.DELIVERED);
  }

  @Test
  @DisplayName("A device that its phone doesn't vouch for is reported, and its message taken")
  void unproven() {
    ann.device(0).send(ben.phone, "from the phone");
    world.run();
    annsGateway.send(ben.phone, "vouched for");
    world.run();
    assertThat(bensGateway.unproven).isEmpty();

    ben.device(0).meddle(context -> context.draft().identity(ann.lid, new byte[32]));
    ben.device(0).meddle(context -> context.draft().forgetRatchet(ann.lid.withDevice(3)));
    var row = annsGateway.send(ben.phone, "not vouched for");
    world.run();
    assertThat(ben.device(0).unproven).containsExactly(row.messageId());
    assertThat(ben.device(0).texts()).endsWith("not vouched for");
  }

  @Test
  @DisplayName("R32: the event names the sender by phone number, LID and push name")
  void namesTheSender() {
    annsGateway.send(ben.phone, "Hi");
    world.run();

    var event = bensGateway.received().getFirst();
    assertThat(event.from().phone()).contains("+15550100001");
    assertThat(event.from().jid()).isEqualTo(ann.phone);
    assertThat(event.from().lid()).contains(ann.lid);
    assertThat(event.from().pushName()).contains("Name of 15550100001");
    assertThat(event.chat().jid()).isEqualTo(ann.phone);
    assertThat(event.fromMe()).isFalse();
    assertThat(event.contentType()).isEqualTo("text");
  }

  @Test
  @DisplayName("R32: the copy of an own message belongs to the chat it was sent to")
  void ownCopies() {
    annsGateway.send(ben.phone, "Hi");
    world.run();

    var event = ann.device(0).received().getFirst();
    assertThat(event.fromMe()).isTrue();
    assertThat(event.chat().jid()).isEqualTo(ben.phone);
    assertThat(event.from().jid()).isEqualTo(ann.phone);
  }

  @Test
  @DisplayName("Both sides write at once, and go on talking")
  void bothWays() {
    annsGateway.send(ben.phone, "from Ann");
    bensGateway.send(ann.phone, "from Ben");
    world.run();
    for (int turn = 0; turn < 5; turn++) {
      annsGateway.send(ben.phone, "Ann " + turn);
      world.run();
      bensGateway.send(ann.lid, "Ben " + turn);
      world.run();
    }

    assertThat(bensGateway.received().stream().filter(it -> !it.fromMe()))
        .extracting(it -> it.text().orElse(""))
        .containsExactly("from Ann", "Ann 0", "Ann 1", "Ann 2", "Ann 3", "Ann 4");
    assertThat(annsGateway.received().stream().filter(it -> !it.fromMe()))
        .extracting(it -> it.text().orElse(""))
        .containsExactly("from Ben", "Ben 0", "Ben 1", "Ben 2", "Ben 3", "Ben 4");
    assertThat(annsGateway.all(Event.MessageUndecryptable.class)).isEmpty();
  }

  @Test
  @DisplayName("The first send to a number asks one usync and goes on in the LID domain")
  void oneLookup() {
    annsGateway.send(ben.phone, "one");
    annsGateway.send(ben.phone, "two");
    world.run();
    annsGateway.send(ben.phone, "three");
    world.run();

    assertThat(world.sent(annsGateway, "iq").stream().map(it -> it.require("xmlns")))
        .filteredOn("usync"::equals)
        .hasSize(1);
    assertThat(world.messages(annsGateway))
        .allSatisfy(
            stanza -> {
              assertThat(stanza.requireJid("to")).isEqualTo(ben.lid);
              assertThat(stanza.jid("peer_recipient_pn")).contains(ben.phone);
            });
    assertThat(bensGateway.texts()).containsExactly("one", "two", "three");
  }

  @Test
  @DisplayName("A first message carries the phone's word for this device; a later one needn't")
  void deviceIdentity() {
    annsGateway.send(ben.phone, "one");
    world.run();
    bensGateway.send(ann.phone, "answer");
    ben.device(0).send(ann.phone, "answer");
    ann.device(0).send(ann.phone, "to my devices");
    world.run();
    annsGateway.send(ben.phone, "two");
    world.run();

    var messages = world.messages(annsGateway);
    assertThat(messages.getFirst().child("device-identity")).isPresent();
    assertThat(messages.getLast().child("device-identity")).isEmpty();
    assertThat(encs(messages.getLast())).allMatch(enc -> enc.require("type").equals("msg"));
  }

  @Test
  @DisplayName("R22: the prekey that a first message used is forgotten with it")
  void usedPreKey() {
    assertThat(bensGateway.peek().preKey(1)).isPresent();
    annsGateway.send(ben.phone, "one");
    world.run();

    assertThat(bensGateway.peek().preKey(1)).isEmpty();
    assertThat(bensGateway.peek().preKey(2)).isPresent();
  }

  @Test
  @DisplayName("A number without WhatsApp fails as not_on_whatsapp, and others go on")
  void notOnWhatsApp() {
    var lost = annsGateway.send(Jid.phone("15559999999"), "Hello?");
    var fine = annsGateway.send(ben.phone, "Hello!");
    world.run();

    assertThat(annsGateway.row(lost).state()).isEqualTo(Outbound.State.FAILED);
    assertThat(annsGateway.row(lost).failure()).contains("not_on_whatsapp");
    assertThat(annsGateway.row(fine).state()).isEqualTo(Outbound.State.DELIVERED);
  }

  @Test
  @DisplayName("An account whose devices have no bundle fails as no_device; nothing was encrypted")
  void noDevice() {
    var nobody = world.person("15550100009");
    var row = annsGateway.send(nobody.phone, "Hello?");
    world.run();

    assertThat(annsGateway.row(row).failure()).contains("no_device");
    assertThat(world.messages(annsGateway)).isEmpty();
  }

  @Test
  @DisplayName("A note to oneself reaches the other own devices")
  void noteToSelf() {
    var row = annsGateway.send(ann.phone, "milk");
    world.run();

    assertThat(ann.device(0).texts()).containsExactly("milk");
    assertThat(annsGateway.row(row).state()).isNotEqualTo(Outbound.State.FAILED);
  }

  @Test
  @DisplayName("R31: a stanza that the server repeats makes one event and two receipts")
  void repeats() {
    world.tamper =
        delivery -> {
          delivery
              .filter(it -> it.stanza().is("message"))
              .ifPresent(it -> it.to().receive(it.stanza()));
          return delivery;
        };
    annsGateway.send(ben.phone, "once");
    world.run();

    assertThat(bensGateway.texts()).containsExactly("once");
    assertThat(world.sent(bensGateway, "receipt")).hasSize(2);
    assertThat(bensGateway.all(Event.MessageUndecryptable.class)).isEmpty();
  }

  @Test
  @DisplayName("R31: a repetition is told by its attributes, whatever its ciphertext has become")
  void repeatsUnopened() {
    var kept = new java.util.ArrayList<World.Delivery>();
    world.tamper =
        delivery -> {
          delivery.filter(it -> it.stanza().is("message")).ifPresent(kept::add);
          return delivery;
        };
    annsGateway.send(ben.phone, "once");
    world.run();
    kept.stream()
        .filter(it -> it.to() == bensGateway)
        .forEach(
            it -> {
              bensGateway.meddle(context -> context.draft().forgetRatchet(ann.lid.withDevice(3)));
              bensGateway.receive(RetryTest.corrupted(it.stanza()));
            });
    world.run();

    assertThat(bensGateway.verdicts)
        .containsExactly(new Verdict.Delivered(), new Verdict.Delivered());
    assertThat(bensGateway.all(Event.MessageUndecryptable.class)).isEmpty();
  }

  @Test
  @DisplayName("R31: what was taken is known to the next process too")
  void repeatsAfterRestart() {
    var kept = new java.util.ArrayList<World.Delivery>();
    world.tamper =
        delivery -> {
          delivery.filter(it -> it.to() == bensGateway).ifPresent(kept::add);
          return delivery;
        };
    annsGateway.send(ben.phone, "once");
    world.run();
    bensGateway.disconnect();
    bensGateway.connect();
    kept.stream()
        .filter(it -> it.stanza().is("message"))
        .forEach(it -> bensGateway.receive(it.stanza()));
    world.run();

    assertThat(bensGateway.texts()).containsExactly("once");
  }

  @Test
  @DisplayName("A companion that isn't looked at answers `inactive`, which counts as delivered")
  void inactive() {
    ben.device(0).available = false;
    bensGateway.available = false;
    var row = annsGateway.send(ben.phone, "Hi");
    world.run();

    assertThat(world.sent(bensGateway, "receipt"))
        .extracting(it -> it.attribute("type"))
        .containsExactly(Optional.of("inactive"));
    assertThat(annsGateway.row(row).state()).isEqualTo(Outbound.State.DELIVERED);
  }

  @Test
  @DisplayName("Own devices answer with type `sender`, which moves nothing")
  void senderReceipts() {
    ben.device(0).connected = false;
    bensGateway.connected = false;
    var row = annsGateway.send(ben.phone, "Hi");
    world.run();

    assertThat(world.sent(ann.device(0), "receipt").getFirst().attribute("type"))
        .contains("sender");
    assertThat(annsGateway.row(row).state()).isEqualTo(Outbound.State.SENT);
  }

  @Test
  @DisplayName("A read receipt moves on, a late delivery receipt doesn't move back")
  void neverBackwards() {
    var row = annsGateway.send(ben.phone, "Hi");
    world.run();
    var read = receipt(row.messageId()).with("type", "read");
    world.deliver(annsGateway, read);
    world.deliver(annsGateway, receipt(row.messageId()));
    world.run();

    assertThat(annsGateway.row(row).state()).isEqualTo(Outbound.State.READ);
    assertThat(annsGateway.all(Event.OutboundChanged.class))
        .extracting(it -> it.state().wire())
        .containsExactly("sending", "sent", "delivered", "read");
  }

  @Test
  @DisplayName("A receipt from a stranger moves nothing")
  void strangersReceipt() {
    var eve = world.person("15550100066", 0);
    ben.device(0).connected = false;
    bensGateway.connected = false;
    var row = annsGateway.send(ben.phone, "Hi");
    world.run();
    world.deliver(annsGateway, receipt(row.messageId()).with("type", "read").with("from", eve.lid));
    world.run();

    assertThat(annsGateway.row(row).state()).isEqualTo(Outbound.State.SENT);
  }

  @Test
  @DisplayName("A changed identity is told, and the message is taken")
  void changedIdentity() {
    annsGateway.send(ben.phone, "Hi");
    world.run();
    ann.devices.remove(3);
    var anew = world.add(ann, 3);
    anew.send(ben.phone, "It's me");
    world.run();

    assertThat(bensGateway.texts()).containsExactly("Hi", "It's me");
    assertThat(bensGateway.all(Event.IdentityChanged.class))
        .extracting(it -> it.person().jid())
        .containsExactly(ann.phone);
  }

  private Element receipt(String id) {
    return Element.of("receipt").with("id", id).with("from", ben.lid).with("t", 1);
  }

  static List<Element> encs(Element message) {
    return java.util.stream.Stream.concat(
            message.children("enc").stream(),
            message.child("participants").stream()
                .flatMap(all -> all.children().stream())
                .flatMap(to -> to.children("enc").stream()))
        .toList();
  }
}
