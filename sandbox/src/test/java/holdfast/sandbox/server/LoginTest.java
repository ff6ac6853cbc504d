package holdfast.sandbox.server;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.sandbox.FakeWire;
import holdfast.sandbox.Scene;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.SocketBook.Replaced;
import holdfast.sandbox.world.SocketBook.Row;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LoginTest {
  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

  private final Scene scene = new Scene();
  private final Device device = scene.companion("15550100001");

  @Test
  @DisplayName(
      "A login is welcomed with its LID as a JID, and an empty backlog is said to be empty")
  void welcome() {
    var wire = scene.login(device, false);

    assertThat(wire.take("success").requireJid("lid")).isEqualTo(device.lidJid());
    assertThat(offline(wire)).contains("0");
    assertThat(wire.heard("ib")).allSatisfy(bag -> assertThat(bag.children()).hasSize(1));
  }

  @Test
  @DisplayName("A passive login gets its traffic when it asks for it")
  void passive() {
    var wire = scene.login(device, true);
    assertThat(offline(wire)).isEmpty();

    wire.says(
        Element.of("iq")
            .with("to", Jid.SERVER)
            .with("id", "1")
            .with("type", "set")
            .with("xmlns", "passive")
            .containing(Element.of("active")));

    assertThat(wire.take("iq").require("type")).isEqualTo("result");
    assertThat(offline(wire)).contains("0");
  }

  @Test
  @DisplayName("Another Noise key than the linked one is refused with 401, and so is a stranger")
  void refused() {
    var wire = scene.login(device, new byte[32], false);

    assertThat(wire.take("failure").require("reason")).isEqualTo("401");
    assertThat(wire.isClosed()).isTrue();
    assertThat(device.endpoint()).isEmpty();
  }

  @Test
  @DisplayName("R1: a replaced socket that answers the ping counts as live")
  void replacedLive() {
    var old = scene.login(device, false);
    var by = scene.login(device, false);

    assertThat(old.pings()).isOne();
    assertThat(conflict(old)).isEqualTo("replaced");
    assertThat(row().open()).isEqualTo(2);
    old.pongs();
    scene.pass(TWO_SECONDS);

    assertThat(old.isClosed()).isTrue();
    assertThat(by.isClosed()).isFalse();
    assertThat(row().replaced(Replaced.LIVE)).isOne();
    assertThat(row().replaced(Replaced.DEAD)).isZero();
    assertThat(row().open()).isOne();
    assertThat(row().maxOpen()).isEqualTo(2);
    assertThat(row().opened()).isEqualTo(2);
  }

  @Test
  @DisplayName("R1: a replaced socket behind which nobody answers for 2 s counts as dead")
  void replacedDead() {
    var old = scene.login(device, false);
    scene.login(device, false);
    scene.pass(TWO_SECONDS);
    old.pongs();

    assertThat(row().replaced(Replaced.DEAD)).isOne();
    assertThat(row().replaced(Replaced.LIVE)).isZero();
  }

  @Test
  @DisplayName("R1: a stanza or a close frame within 2 s is an answer too, a reset is not")
  void answers() {
    var talking = scene.login(device, false);
    var closing = scene.login(device, false);
    talking.says(Element.of("ib"));
    scene.login(device, false);
    closing.goes(true);
    assertThat(row().replaced(Replaced.LIVE)).isEqualTo(2);

    var resetting = scene.login(device, false);
    scene.login(device, false);
    resetting.goes(false);
    assertThat(row().replaced(Replaced.DEAD)).isOne();
  }

  @Test
  @DisplayName("A socket that was gone before the next came was never replaced, nor open beside it")
  void oneAfterTheOther() {
    scene.login(device, false).goes(true);
    scene.login(device, false).goes(false);
    scene.login(device, false);
    scene.pass(TWO_SECONDS);

    assertThat(row().maxOpen()).isOne();
    assertThat(row().opened()).isEqualTo(3);
    assertThat(row().replaced(Replaced.LIVE) + row().replaced(Replaced.DEAD)).isZero();
    assertThat(scene.world().sockets().open()).isOne();
  }

  @Test
  @DisplayName(
      "Strict duplicates: a while after a live socket was replaced the companion is removed")
  void strictDuplicates() {
    scene
        .world()
        .faults()
        .give("strict_duplicates", Optional.empty(), 1, Map.of("afterMillis", 1000));
    var old = scene.login(device, false);
    var by = scene.login(device, false);
    old.pongs();
    scene.pass(Duration.ofMillis(999));
    assertThat(by.heard("stream:error")).isEmpty();
    scene.pass(Duration.ofMillis(1));

    assertThat(by.take("stream:error").require("code")).isEqualTo("401");
    assertThat(device.account().device(device.number())).isEmpty();
  }

  @Test
  @DisplayName("A login can be refused with any code, so often as asked")
  void failure() {
    scene.world().faults().give("failure", Optional.of(device.key()), 1, Map.of("code", 405));

    assertThat(scene.login(device, false).take("failure").require("reason")).isEqualTo("405");
    assertThat(scene.login(device, false).heard("success")).hasSize(1);
  }

  @Test
  @DisplayName("Acks can be withheld, so often as asked")
  void withheldAcks() {
    scene.world().faults().give("withhold_acks", Optional.of(device.key()), 1, Map.of());
    var wire = scene.login(device, false);
    var to = scene.phone("15550109001").account().lidJid();
    for (var id : java.util.List.of("m1", "m2")) {
      wire.says(RelayTest.message(id, to).containing(RelayTest.participants()));
    }

    assertThat(wire.heard("ack").stream().map(ack -> ack.require("id"))).containsExactly("m2");
  }

  @Test
  @DisplayName("What isn't a stanza, or lacks what it needs, ends the connection with the reason")
  void malformed() {
    var wire = scene.login(device, false);
    wire.says(Element.of("message").with("id", "m1"));

    assertThat(wire.take("stream:error").child("xml-not-well-formed")).isPresent();
    assertThat(wire.isClosed()).isTrue();
  }

  @Test
  @DisplayName("What the sandbox has ended isn't counted as open")
  void cut() {
    scene.login(device, false);
    scene.fault("drop", device, Map.of());

    assertThat(row().open()).isZero();
    assertThat(scene.world().sockets().open()).isZero();
  }

  private Row row() {
    var key = HexFormat.of().formatHex(device.bond().noiseKey());
    return scene.world().sockets().rows().stream()
        .filter(row -> row.noiseKey().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private static String conflict(FakeWire wire) {
    return wire.take("stream:error").requireChild("conflict").require("type");
  }

  private static Optional<String> offline(FakeWire wire) {
    return wire.heard("ib").stream()
        .flatMap(bag -> bag.child("offline").stream())
        .map(it -> it.require("count"))
        .findFirst();
  }
}
