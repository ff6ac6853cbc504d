package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.device.DeviceLists;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.store.Event;
import holdfast.store.Outbound;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GroupTest {
  private final World world = new World();
  private final World.Person ann = world.person("15550100001", 0, 3);
  private final World.Person ben = world.person("15550100002", 0, 7);
  private final World.Person eve = world.person("15550100003", 0);
  private final Companion annsGateway = ann.device(3);
  private final Companion bensGateway = ben.device(7);
  private final Companion evesPhone = eve.device(0);
  private final Jid group = world.group("120363025246125486", ann, ben, eve);

  @Test
  @DisplayName("R34: a text to a group reaches all devices of all members, own ones too")
  void reachesAll() {
    var row = annsGateway.send(group, "Hello all");
    world.run();

    for (var device : List.of(ann.device(0), ben.device(0), bensGateway, evesPhone)) {
      assertThat(device.texts()).as(device.toString()).containsExactly("Hello all");
    }
    assertThat(annsGateway.row(row).state()).isEqualTo(Outbound.State.DELIVERED);
    var event = bensGateway.received().getFirst();
    assertThat(event.group()).isTrue();
    assertThat(event.chat().jid()).isEqualTo(group);
    assertThat(event.from().phone()).contains("+15550100001");
  }

  @Test
  @DisplayName("Everybody writes and reads, and a key is given once")
  void bothWays() {
    for (int turn = 0; turn < 4; turn++) {
      annsGateway.send(group, "Ann " + turn);
      bensGateway.send(group, "Ben " + turn);
      evesPhone.send(group, "Eve " + turn);
      world.run();
    }

    assertThat(bensGateway.texts()).hasSize(8).contains("Ann 0", "Ann 3", "Eve 0", "Eve 3");
    assertThat(ben.device(0).texts()).hasSize(12);
    assertThat(world.messages(annsGateway).getFirst().child("participants")).isPresent();
    assertThat(world.messages(annsGateway).subList(1, 4))
        .allMatch(stanza -> stanza.child("participants").isEmpty());
    assertThat(bensGateway.all(Event.MessageUndecryptable.class)).isEmpty();
  }

  @Test
  @DisplayName("The stanza says how the group is addressed and which devices it counts")
  void stanzaForm() {
    annsGateway.send(group, "Hi");
    world.run();

    var stanza = world.messages(annsGateway).getFirst();
    assertThat(stanza.attribute("addressing_mode")).contains("lid");
    assertThat(stanza.attribute("phash"))
        .contains(
            DeviceLists.phash(
                List.of(ann.lid, ann.lid.withDevice(3), ben.lid, ben.lid.withDevice(7), eve.lid)));
    assertThat(stanza.children("enc")).hasSize(1);
  }

  @Test
  @DisplayName("After a removal the sender key is another, and who has left can't read on")
  void rotation() {
    annsGateway.send(group, "with Eve");
    world.run();
    world.remove(group, eve);
    // A server that still delivers to her must not matter.
    var overheard = new ArrayList<Element>();
    world.tamper =
        delivery -> {
          delivery
              .filter(it -> it.to() == bensGateway && it.stanza().is("message"))
              .ifPresent(it -> overheard.add(it.stanza()));
          return delivery;
        };
    annsGateway.send(group, "without Eve");
    world.run();
    world.tamper = delivery -> delivery;
    evesPhone.receive(onlyGroupCiphertext(overheard.getFirst()));
    world.run();

    assertThat(bensGateway.texts()).containsExactly("with Eve", "without Eve");
    assertThat(evesPhone.texts()).containsExactly("with Eve");
    assertThat(evesPhone.all(Event.MessageUndecryptable.class)).hasSize(1);
  }

  @Test
  @DisplayName("A removed member's retry receipt is acked and answered with nothing")
  void removedMembersRetry() {
    var row = annsGateway.send(group, "with Eve");
    world.run();
    world.remove(group, eve);
    int before = world.messages(annsGateway).size();
    world.deliver(annsGateway, retry(row.messageId(), evesPhone));
    world.run();

    assertThat(world.messages(annsGateway)).hasSize(before);
    assertThat(world.sent(annsGateway, "ack"))
        .anyMatch(
            ack ->
                ack.require("class").equals("receipt")
                    && ack.require("id").equals(row.messageId()));
  }

  @Test
  @DisplayName("A new device gets the key in use; one that is gone takes it out of use")
  void devicesComeAndGo() {
    annsGateway.send(group, "one");
    world.run();
    var tablet = world.add(ben, 9);
    tell(annsGateway, "add", ben, 9);
    annsGateway.send(group, "two");
    world.run();
    assertThat(tablet.texts()).containsExactly("two");
    assertThat(copies(world.messages(annsGateway).getLast())).containsExactly(tablet.jid());

    ben.devices.remove(9);
    tell(annsGateway, "remove", ben, 9);
    annsGateway.send(group, "three");
    world.run();
    assertThat(tablet.texts()).containsExactly("two");
    assertThat(copies(world.messages(annsGateway).getLast())).hasSize(4);
    assertThat(bensGateway.texts()).containsExactly("one", "two", "three");
  }

  @Test
  @DisplayName("A member's new identity takes the sender key out of use")
  void newIdentity() {
    annsGateway.send(group, "one");
    world.run();
    world.deliver(
        annsGateway,
        Element.of("notification")
            .with("id", "n1")
            .with("type", "encrypt")
            .with("from", ben.lid)
            .containing(Element.of("identity")));
    world.run();
    annsGateway.send(group, "two");
    world.run();

    assertThat(copies(world.messages(annsGateway).getLast())).hasSize(4);
    assertThat(annsGateway.all(Event.IdentityChanged.class)).hasSize(1);
    assertThat(bensGateway.texts()).containsExactly("one", "two");
  }

  @Test
  @DisplayName("Who isn't in a group can't send to it: not_in_group")
  void outside() {
    var others = world.group("120363000000000001", ben, eve);
    var row = annsGateway.send(others, "Hi");
    var unknown = annsGateway.send(Jid.of("120363000000000002", Jid.GROUP_SERVER), "Hi");
    world.run();

    assertThat(annsGateway.row(row).failure()).contains("not_in_group");
    assertThat(annsGateway.row(unknown).failure()).contains("not_in_group");
  }

  @Test
  @DisplayName("A hash in the ack makes the next message ask for members and devices anew")
  void doubt() {
    var row = annsGateway.send(group, "one");
    world.run();
    world.deliver(
        annsGateway,
        Element.of("ack")
            .with("class", "message")
            .with("id", row.messageId())
            .with("from", group)
            .with("phash", "2:somethin"));
    world.run();
    int before = world.sent(annsGateway, "iq").size();
    annsGateway.send(group, "two");
    world.run();

    assertThat(world.sent(annsGateway, "iq").subList(before, before + 2))
        .extracting(iq -> iq.require("xmlns"))
        .containsExactly("w:g2", "usync");
  }

  @Test
  @DisplayName("A group that is addressed by phone numbers is written to by phone numbers")
  void phoneAddressed() {
    world.phoneAddressed.add(group);
    annsGateway.send(group, "Hi");
    bensGateway.send(group, "Ho");
    world.run();

    var stanza = world.messages(annsGateway).getFirst();
    assertThat(stanza.attribute("addressing_mode")).contains("pn");
    assertThat(copies(stanza)).allMatch(Jid::isPhone);
    assertThat(evesPhone.texts()).containsExactlyInAnyOrder("Hi", "Ho");
    world.remove(group, eve);
    annsGateway.send(group, "without Eve");
    world.run();
    assertThat(copies(world.messages(annsGateway).getLast()))
        .hasSize(3)
        .noneMatch(it -> it.sameUser(eve.phone));
  }

  private void tell(Companion to, String change, World.Person who, int number) {
    var hashed = who.devices.keySet().stream().map(device -> who.lid.withDevice(device)).toList();
    world.deliver(
        to,
        Element.of("notification")
            .with("id", "d" + number + change)
            .with("type", "devices")
            .with("from", who.phone)
            .with("lid", who.lid)
            .containing(
                Element.of(change)
                    .with("device_lid_hash", DeviceLists.phash(hashed))
                    .containing(
                        Element.of("device")
                            .with("jid", who.phone.withDevice(number))
                            .with("lid", who.lid.withDevice(number)))));
    world.run();
  }

  private Element retry(String id, Companion from) {
    return Element.of("receipt")
        .with("id", id)
        .with("from", group)
        .with("participant", from.jid())
        .with("type", "retry")
        .containing(Element.of("retry").with("count", 1).with("id", id));
  }

  private static List<Jid> copies(Element stanza) {
    return Optional.of(stanza.requireChild("participants")).stream()
        .flatMap(all -> all.children().stream())
        .map(to -> to.requireJid("jid"))
        .toList();
  }

  private static Element onlyGroupCiphertext(Element stanza) {
    return stanza.containing(
        stanza.children("enc").stream()
            .filter(enc -> enc.require("type").equals("skmsg"))
            .toList());
  }
}
