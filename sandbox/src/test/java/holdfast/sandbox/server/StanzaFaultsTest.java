package holdfast.sandbox.server;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.sandbox.FakeWire;
import holdfast.sandbox.Scene;
import holdfast.sandbox.world.Device;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What goes wrong with stanzas on their way, in either direction.
class StanzaFaultsTest {
  private static final Jid STRANGER = Jid.phone("15550109001");

  private final Scene scene = new Scene();
  private final Device device = scene.companion("15550100001");

  @Test
  @DisplayName("A delay holds a stanza back and all that comes after it, and nothing is exchanged")
  void delay() {
    var wire = scene.login(device, false);
    wire.forget();
    scene.wait("delay", device, 1, Map.of("millis", 700));
    wire.says(ping("1"));
    wire.says(ping("2"));
    scene.pass(Duration.ofMillis(699));
    assertThat(wire.heard()).isEmpty();
    scene.pass(Duration.ofMillis(1));
    assertThat(ids(wire)).containsExactly("1", "2");
    wire.says(ping("3"));
    assertThat(ids(wire)).containsExactly("1", "2", "3");
  }

  @Test
  @DisplayName("What is delayed is said before the stream ends")
  void delayedEnd() {
    var wire = scene.login(device, false);
    wire.forget();
    scene.wait("delay", device, 5, Map.of("millis", 700));
    wire.says(ping("1"));
    scene.fault("stream_error", device, Map.of());
    assertThat(wire.heard().stream().map(Element::tag)).containsExactly("iq", "stream:error");
    scene.pass(Duration.ofSeconds(1));
    assertThat(wire.heard()).hasSize(2);
  }

  @Test
  @DisplayName("A delivery comes twice; two receipts for it are no violation")
  void duplicate() {
    var wire = scene.login(device, false);
    scene.wait("duplicate", device, 1, Map.of());
    deliver("m1");
    deliver("m2");
    assertThat(messages(wire)).containsExactly("m1", "m1", "m2");
    for (int i = 0; i < 3; i++) {
      wire.says(Element.of("receipt").with("id", "m1").with("to", STRANGER));
      int expected = i < 2 ? 0 : 1;
      assertThat(scene.world().violations().found()).hasSize(expected);
    }
  }

  @Test
  @DisplayName("A delivery comes behind the next one, or after a second when none comes")
  void reorder() {
    var wire = scene.login(device, false);
    scene.wait("reorder", device, 2, Map.of());
    deliver("m1");
    deliver("m2");
    deliver("m3");
    assertThat(messages(wire)).containsExactly("m2", "m1");
    wire.says(ping("1"));
    assertThat(wire.heard("iq")).hasSize(1);
    scene.pass(Duration.ofSeconds(1));
    assertThat(messages(wire)).containsExactly("m2", "m1", "m3");
  }

  @Test
  @DisplayName("Keep-alives go without an answer, other questions don't")
  void withheldPings() {
    var wire = scene.login(device, false);
    wire.forget();
    scene.wait("withhold_pings", device, 1, Map.of());
    wire.says(iq("1", "privacy", "get").containing(Element.of("privacy")));
    wire.says(ping("2"));
    wire.says(ping("3"));
    assertThat(ids(wire)).containsExactly("1", "3");
  }

  @Test
  @DisplayName("Prekeys are refused, both those of others and the taking of one's own")
  void refusedPreKeys() {
    var wire = scene.login(device, false);
    wire.forget();
    var user = Element.of("user").with("jid", scene.phone("15550109001").account().lidJid());
    var ask = iq("1", "encrypt", "get").containing(Element.of("key").containing(user));
    scene.wait("refuse_prekeys", device, 1, Map.of("code", 429));
    wire.says(ask);
    assertThat(wire.take("iq").requireChild("error").require("code")).isEqualTo("429");
    wire.says(ask);
    assertThat(wire.take("iq").require("type")).isEqualTo("result");

    scene.wait("refuse_upload", device, 1, Map.of());
    wire.says(iq("2", "encrypt", "set").containing(Element.of("registration")));
    assertThat(wire.take("iq").requireChild("error").require("code")).isEqualTo("503");
  }

  @Test
  @DisplayName("A message is refused with a code and carried to nobody")
  void ackError() {
    var wire = scene.login(device, false);
    scene.wait("ack_error", device, 1, Map.of("code", 421));
    wire.says(toStranger("m1"));
    assertThat(wire.take("ack").require("error")).isEqualTo("421");
    wire.says(toStranger("m2"));
    assertThat(wire.take("ack").attribute("error")).isEmpty();
  }

  @Test
  @DisplayName("While new chats are locked a first message gets 463 and the end; others go through")
  void newChatsLocked() {
    scene.phone("15550109001");
    scene.phone("15550109002");
    var wire = scene.login(device, false);
    wire.says(toStranger("m1"));
    long until = scene.world().now() + 60;
    scene.wait("new_chats_locked", device, 1, Map.of("until", until));
    wire.forget();

    wire.says(toStranger("m2"));
    assertThat(wire.take("ack").attribute("error")).isEmpty();
    var first =
        RelayTest.message("m3", Jid.phone("15550109002")).containing(RelayTest.participants());
    wire.says(first);
    assertThat(wire.take("ack").require("error")).isEqualTo("463");
    var told = wire.take("notification");
    assertThat(told.require("type")).isEqualTo("mex");
    var json = new String(told.requireChild("update").bytes(), StandardCharsets.UTF_8);
    assertThat(json).contains("\"time_enforcement_ends\":\"" + until + "\"");

    scene.pass(Duration.ofSeconds(60));
    wire.says(first);
    assertThat(wire.take("ack").attribute("error")).isEmpty();
  }

  // ---- words

  private static Element iq(String id, String xmlns, String type) {
    return Element.of("iq")
        .with("to", Jid.SERVER)
        .with("id", id)
        .with("type", type)
        .with("xmlns", xmlns);
  }

  static Element ping(String id) {
    return iq(id, "w:p", "get").containing(Element.of("ping"));
  }

  private Element toStranger(String id) {
    scene.phone(STRANGER.user());
    return RelayTest.message(id, STRANGER).containing(RelayTest.participants());
  }

  private void deliver(String id) {
    var message = Element.of("message").with("from", STRANGER).with("id", id).with("type", "text");
    scene.run(
        () -> {
          scene.world().observeDelivery(device, message);
          device.deliver(message);
        });
  }

  private static List<String> ids(FakeWire wire) {
    return wire.heard().stream().map(stanza -> stanza.require("id")).toList();
  }

  private static List<String> messages(FakeWire wire) {
    return wire.heard("message").stream().map(stanza -> stanza.require("id")).toList();
  }
}
