package holdfast.sandbox.server;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.sandbox.FakeWire;
import holdfast.sandbox.Scene;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.DeviceHash;
import holdfast.sandbox.world.Group;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RelayTest {
  private final Scene scene = new Scene();
  private final Device alice = scene.companion("15550100001");
  private final Device aliceToo = scene.companion("15550100001");
  private final Device bob = scene.companion("15550100002");
  private final FakeWire fromAlice = scene.login(alice, false);
  private final FakeWire toAliceToo = scene.login(aliceToo, false);
  private final FakeWire toBob = scene.login(bob, false);

  @Test
  @DisplayName("Each device gets its own ciphertext in the LID domain, the sender gets an ack")
  void direct() {
    fromAlice.says(
        message("m1", bob.account().phoneJid())
            .containing(participants(to(bob, "for bob"), to(aliceToo, "for alice"))));

    var atBob = toBob.take("message");
    assertThat(atBob.requireJid("from")).isEqualTo(alice.lidJid());
    assertThat(atBob.requireJid("sender_pn")).isEqualTo(alice.account().phoneJid());
    assertThat(atBob.jid("recipient")).isEmpty();
    assertThat(atBob.requireChild("enc").text()).isEqualTo("for bob");
    var atAliceToo = toAliceToo.take("message");
    assertThat(atAliceToo.requireJid("from")).isEqualTo(alice.lidJid());
    assertThat(atAliceToo.requireJid("recipient")).isEqualTo(bob.account().lidJid());
    assertThat(atAliceToo.requireJid("peer_recipient_pn")).isEqualTo(bob.account().phoneJid());
    assertThat(fromAlice.heard("message")).isEmpty();
    var ack = fromAlice.take("ack");
    assertThat(ack.require("id")).isEqualTo("m1");
    assertThat(ack.requireJid("from")).isEqualTo(bob.account().phoneJid());
    assertThat(ack.number("t")).isPresent();
    assertThat(ack.attribute("error")).isEmpty();
  }

  @Test
  @DisplayName("What comes twice under one id is acked twice and carried twice")
  void twice() {
    var stanza = message("m1", bob.account().lidJid()).containing(participants(to(bob, "once")));
    fromAlice.says(stanza);
    fromAlice.says(stanza);

    assertThat(toBob.heard("message")).hasSize(2);
    assertThat(fromAlice.heard("ack")).hasSize(2);
    assertThat(scene.world().violations().found()).isEmpty();
  }

  @Test
  @DisplayName("A resend goes to the one device it names, by its direct ciphertext alone")
  void resend() {
    fromAlice.says(
        message("m1", bob.lidJid())
            .containing(enc("again"), participants(to(aliceToo, "not this"))));

    assertThat(toBob.take("message").requireChild("enc").text()).isEqualTo("again");
    assertThat(toAliceToo.heard("message")).isEmpty();
  }

  @Test
  @DisplayName("In a group each member's device gets its keys first, then what is for all")
  void group() {
    var group = group("Team", alice, bob);
    fromAlice.says(
        message("m1", group.jid())
            .with("addressing_mode", "lid")
            .containing(
                enc("skmsg", "for all"), participants(to(bob, "keys")), Element.of("reporting")));

    var atBob = toBob.take("message");
    assertThat(atBob.requireJid("from")).isEqualTo(group.jid());
    assertThat(atBob.requireJid("participant")).isEqualTo(alice.lidJid());
    assertThat(atBob.children().stream().map(Element::text)).containsExactly("keys", "for all");
    assertThat(toAliceToo.take("message").children("enc")).hasSize(1);
    assertThat(fromAlice.heard("message")).isEmpty();
  }

  @Test
  @DisplayName("Strangers to a group and unknown people are refused in the ack")
  void refused() {
    var group = group("Closed", bob);
    fromAlice.says(message("m1", group.jid()).containing(enc("skmsg", "hello")));
    fromAlice.says(message("m2", Jid.phone("15550100099")).containing(participants()));

    assertThat(fromAlice.heard("ack").stream().map(ack -> ack.attribute("error")))
        .containsExactly(Optional.of("403"), Optional.of("404"));
    assertThat(toBob.heard("message")).isEmpty();
  }

  @Test
  @DisplayName("A group's device hash is told in the ack when the client's is another")
  void deviceHash() {
    var group = group("Team", alice, bob);
    var devices =
        List.of(alice, bob).stream()
            .flatMap(it -> it.account().devices().stream())
            .map(Device::lidJid)
            .toList();
    var right = DeviceHash.of(devices);
    var message = message("m1", group.jid()).containing(enc("skmsg", "hello"));
    fromAlice.says(message.with("phash", right));
    fromAlice.says(message.with("phash", "2:AAAAAAAA"));

    assertThat(fromAlice.heard("ack").stream().map(ack -> ack.attribute("phash")))
        .containsExactly(Optional.empty(), Optional.of(right));
  }

  @Test
  @DisplayName("What a device misses waits for it, in order, until it acks or receipts it")
  void offline() {
    toBob.goes(true);
    for (var id : List.of("m1", "m2", "m3")) {
      fromAlice.says(
          message(id, bob.account().lidJid()).containing(participants(to(bob, "text " + id))));
    }
    var again = scene.login(bob, false);
    assertThat(again.heard("message").stream().map(it -> it.require("id")))
        .containsExactly("m1", "m2", "m3");
    assertThat(again.heard("message"))
        .allSatisfy(it -> assertThat(it.attribute("offline")).isPresent());
    assertThat(bags(again, "offline")).containsExactly("3");

    again.says(receipt("m1", alice.lidJid()));
    again.says(
        Element.of("ack").with("class", "message").with("id", "m3").with("to", alice.lidJid()));
    again.goes(false);
    var last = scene.login(bob, false);
    assertThat(last.heard("message").stream().map(it -> it.require("id"))).containsExactly("m2");
  }

  @Test
  @DisplayName("A damaged ciphertext is damaged for the device that was named, so often as asked")
  void corrupt() {
    scene.world().faults().give("corrupt_enc", Optional.of(bob.key()), 1, Map.of());
    var long1 = "x".repeat(80);
    for (var id : List.of("m1", "m2")) {
      fromAlice.says(
          message(id, bob.account().lidJid())
              .containing(participants(to(bob, long1), to(aliceToo, long1))));
    }

    assertThat(toBob.take("message").requireChild("enc").text()).isNotEqualTo(long1).hasSize(80);
    assertThat(toBob.take("message").requireChild("enc").text()).isEqualTo(long1);
    assertThat(toAliceToo.heard("message"))
        .allSatisfy(it -> assertThat(it.requireChild("enc").text()).isEqualTo(long1));
  }

  @Test
  @DisplayName("A retry receipt reaches the sending device alone, in the domain it wrote to")
  void retryReceipt() {
    fromAlice.says(
        message("m1", bob.account().phoneJid()).containing(participants(to(bob, "text"))));
    toBob.says(
        receipt("m1", alice.lidJid())
            .with("type", "retry")
            .containing(Element.of("retry").with("count", 1)));

    var receipt = fromAlice.take("receipt");
    assertThat(receipt.requireJid("from")).isEqualTo(bob.phoneJid());
    assertThat(receipt.requireChild("retry").number("count")).contains(1L);
    assertThat(toAliceToo.heard("receipt")).isEmpty();
  }

  @Test
  @DisplayName("Retry receipts of a device can be withheld, so that nobody sends it anything again")
  void withheldRetries() {
    scene.world().faults().give("withhold_retries", Optional.of(bob.key()), 1, Map.of());
    fromAlice.says(message("m1", bob.account().lidJid()).containing(participants(to(bob, "text"))));
    var retry =
        receipt("m1", alice.lidJid())
            .with("type", "retry")
            .containing(Element.of("retry").with("count", 1));
    toBob.says(retry);
    assertThat(fromAlice.heard("receipt")).isEmpty();

    toBob.says(retry);
    assertThat(fromAlice.take("receipt").attribute("type")).contains("retry");
  }

  @Test
  @DisplayName("A delivery receipt reaches every device of the sender, from the reading device")
  void deliveryReceipt() {
    fromAlice.says(message("m1", bob.account().lidJid()).containing(participants(to(bob, "text"))));
    toBob.says(receipt("m1", alice.lidJid()));

    assertThat(fromAlice.take("receipt").requireJid("from")).isEqualTo(bob.lidJid());
    assertThat(toAliceToo.take("receipt").requireJid("from")).isEqualTo(bob.lidJid());
  }

  // ---- stanzas

  private Group group(String subject, Device first, Device... others) {
    var made = new Group[1];
    scene.run(
        () -> {
          made[0] = scene.world().makeGroup(subject, first.account());
          for (var other : others) {
            made[0].put(other.account(), Group.Role.MEMBER);
          }
        });
    return made[0];
  }

  static Element message(String id, Jid to) {
    return Element.of("message").with("id", id).with("to", to).with("type", "text");
  }

  static Element participants(Element... to) {
    return Element.of("participants").containing(to);
  }

  static Element to(Device device, String text) {
    return Element.of("to").with("jid", device.lidJid()).containing(enc(text));
  }

  static Element enc(String text) {
    return enc("none", text);
  }

  static Element enc(String type, String text) {
    return Element.of("enc").with("v", "2").with("type", type).containing(text);
  }

  private static Element receipt(String id, Jid to) {
    return Element.of("receipt").with("id", id).with("to", to);
  }

  private static List<String> bags(FakeWire wire, String child) {
    return wire.heard("ib").stream()
        .flatMap(bag -> bag.child(child).stream())
        .map(it -> it.require("count"))
        .toList();
  }
}
