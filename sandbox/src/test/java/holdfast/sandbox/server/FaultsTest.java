package holdfast.sandbox.server;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.proto.ClientPayload;
import holdfast.sandbox.FakeWire;
import holdfast.sandbox.Scene;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.SocketBook.Replaced;
import holdfast.sandbox.world.SocketBook.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What goes wrong with connections: at once, at the door, and at random.
class FaultsTest {
  private final Scene scene = new Scene();
  private final Device device = scene.companion("15550100001");

  // ---- at once

  @Test
  @DisplayName("What isn't connected can't be cut off, and the log doesn't say that it was")
  void nothingToDoItTo() {
    assertThat(scene.fault("drop", device, Map.of())).isFalse();
    assertThat(scene.happened()).isEmpty();
  }

  @Test
  @DisplayName(
      "A half-open socket hears and says nothing, isn't counted, and is replaced by nobody")
  void halfOpen() {
    var wire = scene.login(device, false);
    assertThat(scene.fault("half_open", device, Map.of())).isTrue();
    wire.forget();

    wire.says(StanzaFaultsTest.ping("1"));
    assertThat(wire.heard()).isEmpty();
    assertThat(wire.isSwallowed()).isTrue();
    assertThat(wire.isClosed()).isFalse();
    assertThat(row().open()).isZero();

    scene.login(device, false);
    assertThat(row().open()).isOne();
    assertThat(row().maxOpen()).isOne();
    wire.goes(false);
    scene.pass(Duration.ofSeconds(3));
    assertThat(row().open()).isOne();
    assertThat(row().replaced(Replaced.LIVE) + row().replaced(Replaced.DEAD)).isZero();
  }

  @Test
  @DisplayName("A stream ends with any code or conflict, or because the phone lacks what is needed")
  void streamErrors() {
    for (int code : List.of(515, 503, 500)) {
      var wire = scene.login(device, false);
      scene.fault("stream_error", device, Map.of("code", code));
      assertThat(wire.take("stream:error").require("code")).isEqualTo("" + code);
      assertThat(wire.isClosed()).isTrue();
    }
    var replaced = scene.login(device, false);
    scene.fault("stream_error", device, Map.of("conflict", "replaced"));
    assertThat(replaced.take("stream:error").requireChild("conflict").require("type"))
        .isEqualTo("replaced");

    var removed = scene.login(device, false);
    scene.fault("stream_error", device, Map.of("conflict", "device_removed"));
    assertThat(removed.take("stream:error").require("code")).isEqualTo("401");

    var downgraded = scene.login(device, false);
    downgraded.forget();
    scene.fault("downgrade", device, Map.of());
    assertThat(downgraded.take("ib").child("downgrade_webclient")).isPresent();
    assertThat(downgraded.isClosed()).isTrue();
  }

  @Test
  @DisplayName("A device that is unlinked on demand is known to the log by its key even then")
  void removed() {
    scene.login(device, false);
    scene.fault("device_removed", device, Map.of());

    var entry = scene.world().faults().log().after(0, 10).getFirst();
    assertThat(entry.device()).contains(device.key());
    assertThat(entry.noiseKey()).contains(noiseKey());
    assertThat(scene.fault("device_removed", device, Map.of())).isFalse();
  }

  @Test
  @DisplayName("A rival replaces the client and is replaced by it: both are counted as his doing")
  void rival() {
    var victim = scene.login(device, false);
    scene.fault("rival", device, Map.of());
    assertThat(victim.take("stream:error").requireChild("conflict").require("type"))
        .isEqualTo("replaced");
    victim.pongs();
    scene.pass(Duration.ofSeconds(2));
    assertThat(victim.isClosed()).isTrue();
    assertThat(row().replaced(Replaced.BY_RIVAL)).isOne();
    assertThat(row().open()).isZero();

    var again = scene.login(device, false);
    assertThat(row().replaced(Replaced.RIVAL)).isOne();
    assertThat(row().replaced(Replaced.LIVE)).isZero();
    scene.pass(Duration.ofMinutes(10));
    assertThat(again.isClosed()).isFalse();
    assertThat(row().maxOpen()).isOne();
    assertThat(scene.world().sockets().open()).isOne();
  }

  @Test
  @DisplayName("A rival comes back so often as it was told to, and one that goes is gone")
  void stubbornRival() {
    scene.login(device, false);
    scene.fault("rival", device, Map.of("times", 2, "afterMillis", 1000));
    scene.pass(Duration.ofSeconds(2));
    var second = scene.login(device, false);
    assertThat(second.heard("stream:error")).isEmpty();
    scene.pass(Duration.ofSeconds(1));
    assertThat(second.heard("stream:error")).hasSize(1);
    scene.pass(Duration.ofSeconds(2));
    assertThat(row().replaced(Replaced.BY_RIVAL)).isEqualTo(2);

    scene.login(device, false).goes(true);
    scene.fault("rival", device, Map.of("staysMillis", 500));
    assertThat(device.endpoint()).isPresent();
    scene.pass(Duration.ofMillis(500));
    assertThat(device.endpoint()).isEmpty();
  }

  // ---- at the door

  @Test
  @DisplayName("A handshake is rejected for anybody, or once it is known who asks")
  void rejectedHandshake() {
    var answered = new AtomicInteger();
    var hello = new FakeWire(scene);
    scene.world().faults().give("reject_handshake", Optional.empty(), 1, Map.of());
    scene.run(() -> scene.network().greeted(hello, answered::incrementAndGet));
    assertThat(hello.isClosed()).isTrue();
    assertThat(answered).hasValue(0);
    scene.run(() -> scene.network().greeted(hello, answered::incrementAndGet));
    assertThat(answered).hasValue(1);

    scene.wait("reject_handshake", device, 1, Map.of());
    var wire = scene.login(device, false);
    assertThat(wire.heard()).isEmpty();
    assertThat(wire.isClosed()).isTrue();
    assertThat(row().open()).isZero();
    assertThat(scene.login(device, false).heard("success")).hasSize(1);
  }

  @Test
  @DisplayName("A login is refused with any code; a ban says how long it lasts")
  void failures() {
    for (int code : List.of(401, 403, 405, 406, 503)) {
      scene.wait("failure", device, 1, Map.of("code", code));
      var failure = scene.login(device, false).take("failure");
      assertThat(failure.require("reason")).isEqualTo("" + code);
      assertThat(failure.attribute("expire")).isEmpty();
    }
    scene.wait("failure", device, 1, Map.of("code", 402, "expireSeconds", 86400));
    var ban = scene.login(device, false).take("failure");
    assertThat(ban.require("reason")).isEqualTo("402");
    assertThat(ban.require("expire")).isEqualTo("86400");
  }

  @Test
  @DisplayName(
      "R41: a client of an older revision is refused with 405, one that is new enough isn't")
  void outdated() {
    scene.world().faults().give("outdated_client", Optional.empty(), 1, Map.of("revision", 1_000));
    assertThat(login(999).take("failure").require("reason")).isEqualTo("405");
    assertThat(login(999).take("failure").require("reason")).isEqualTo("405");
    assertThat(login(1_000).heard("success")).hasSize(1);
    assertThat(scene.happened()).containsExactly("outdated_client", "outdated_client");
  }

  private FakeWire login(int revision) {
    var version = ClientPayload.UserAgent.AppVersion.newBuilder().setTertiary(revision);
    var agent = ClientPayload.UserAgent.newBuilder().setAppVersion(version);
    var payload = Scene.payload(device).setUserAgent(agent).build();
    return scene.login(device, device.bond().noiseKey(), payload);
  }

  // ---- at random

  @Test
  @DisplayName("Chance comes by login, by stanza and by second, and is the same for the same seed")
  void random() {
    for (var per : List.of("login", "stanza", "second")) {
      var runs = new ArrayList<List<Integer>>();
      for (long seed : new long[] {1, 1, 2}) {
        runs.add(dropsOf(per, seed));
      }
      assertThat(runs.get(0)).as(per).isEqualTo(runs.get(1)).isNotEqualTo(runs.get(2));
      assertThat(runs.get(0).size()).as(per).isBetween(20, 80);
    }
  }

  /// In which of 100 rounds a connection was dropped, each round a login, a stanza and a second.
  private static List<Integer> dropsOf(String per, long seed) {
    var scene = new Scene();
    var device = scene.companion("15550100001");
    var drops = new ArrayList<Integer>();
    scene.run(
        () -> {
          var occasion = holdfast.sandbox.world.Faults.Occasion.named(per).orElseThrow();
          scene
              .world()
              .faults()
              .giveAtRandom("drop", Optional.empty(), 1, Map.of("seed", seed), occasion, 0.5);
          scene.network().mischief().tick();
        });
    for (int round = 0; round < 100; round++) {
      var wire = scene.login(device, false);
      wire.says(StanzaFaultsTest.ping("1"));
      scene.pass(Duration.ofSeconds(1));
      if (wire.isClosed()) {
        drops.add(round);
      }
      wire.goes(true);
    }
    assertThat(scene.happened()).hasSize(drops.size()).containsOnly("drop");
    return drops;
  }

  @Test
  @DisplayName("What chance lets wait happens to that device alone; clearing ends all of it")
  void randomWaiting() {
    var other = scene.companion("15550100002");
    var faults = scene.world().faults();
    var login = holdfast.sandbox.world.Faults.Occasion.LOGIN;
    faults.giveAtRandom("failure", Optional.of(device.key()), 1, Map.of("code", 503), login, 1);
    assertThat(scene.login(other, false).heard("success")).hasSize(1);
    assertThat(scene.login(device, false).heard("failure")).hasSize(1);
    assertThat(faults.list()).hasSize(1);
    faults.clear();
    assertThat(faults.list()).isEmpty();
    assertThat(scene.login(device, false).heard("success")).hasSize(1);
  }

  @Test
  @DisplayName("What chance has planned for a later instant is ended by clearing, too")
  void randomLater() {
    var faults = scene.world().faults();
    var login = holdfast.sandbox.world.Faults.Occasion.LOGIN;
    var soon = Map.<String, Object>of("withinMillis", 5_000, "seed", 1);
    faults.giveAtRandom("device_removed", Optional.empty(), 1, soon, login, 1);
    var spared = scene.login(device, false);
    faults.clear();
    scene.pass(Duration.ofSeconds(5));
    assertThat(spared.isClosed()).isFalse();
    assertThat(scene.happened()).isEmpty();

    faults.giveAtRandom("device_removed", Optional.empty(), 1, soon, login, 1);
    var other = scene.login(scene.companion("15550100002"), false);
    scene.pass(Duration.ofSeconds(5));
    assertThat(other.isClosed()).isTrue();
  }

  // ---- words

  private Row row() {
    return scene.world().sockets().rows().stream()
        .filter(row -> row.noiseKey().equals(noiseKey()))
        .findFirst()
        .orElseThrow();
  }

  private String noiseKey() {
    return HexFormat.of().formatHex(device.bond().noiseKey());
  }
}
