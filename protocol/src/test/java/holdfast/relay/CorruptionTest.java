package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.MalformedStanza;
import holdfast.store.Event;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ciphertexts are damaged, repeated, withheld and swapped at random: what is read is always what
/// was written, at most once, and what isn't read heals once the damage ends.
class CorruptionTest {
  private static final int TURNS = 60;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  @DisplayName("R31: never a wrong text, never one twice, however ciphertexts are damaged")
  void neverAWrongText(long seed) {
    var random = new Random(seed);
    var world = new World();
    var ann = world.person("15550100001", 0, 3);
    var ben = world.person("15550100002", 0, 7);
    var group = world.group("120363025246125486", ann, ben);
    var written = new HashSet<String>();
    world.tamper = delivery -> delivery.flatMap(it -> damaged(it, random));
    var devices = List.of(ann.device(0), ann.device(3), ben.device(0), ben.device(7));
    for (int turn = 0; turn < TURNS; turn++) {
      var author = devices.get(random.nextInt(devices.size()));
      var other = author.account.jid().sameUser(ann.phone) ? ben : ann;
      var text = "seed " + seed + " turn " + turn;
      written.add(text);
      author.send(target(random, group, other), text);
      if (random.nextBoolean()) {
        world.run();
      }
    }
    world.run();
    for (var device : devices) {
      check(device, written);
    }
    heals(world, devices, ann, ben);
  }

  private static Jid target(Random random, Jid group, World.Person other) {
    return switch (random.nextInt(3)) {
      case 0 -> group;
      case 1 -> other.phone;
      default -> other.lid;
    };
  }

  private static void check(Companion device, Set<String> written) {
    assertThat(device.texts()).as(device.toString()).doesNotHaveDuplicates();
    assertThat(written).containsAll(device.texts());
    assertThat(device.received().stream().map(Event.MessageReceived::messageId))
        .doesNotHaveDuplicates();
  }

  /// With an honest relay everybody reads everybody again.
  private static void heals(
      World world, List<Companion> devices, World.Person ann, World.Person ben) {
    world.tamper = delivery -> delivery;
    for (var device : devices) {
      var other = device.account.jid().sameUser(ann.phone) ? ben : ann;
      var text = "healed " + device;
      device.send(other.phone, text);
      world.run();
      for (var reader : other.devices.values()) {
        assertThat(reader.texts()).as("%s reads %s", reader, device).contains(text);
      }
    }
  }

  private static Optional<World.Delivery> damaged(World.Delivery delivery, Random random) {
    if (!delivery.stanza().is("message")) {
      return Optional.of(delivery);
    }
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> Optional.of(changed(delivery, random));
      case 3 -> {
        delivery.to().receive(delivery.stanza());
        yield Optional.of(delivery);
      }
      default -> Optional.of(delivery);
    };
  }

  private static World.Delivery changed(World.Delivery delivery, Random random) {
    var children = new ArrayList<Element>();
    for (var child : delivery.stanza().children()) {
      children.add(child.is("enc") ? changed(child, random) : child);
    }
    var stanza = delivery.stanza().containing(children);
    try {
      holdfast.stanza.Stanza.of(stanza);
      return new World.Delivery(delivery.to(), stanza);
    } catch (MalformedStanza _) {
      return delivery;
    }
  }

  private static Element changed(Element enc, Random random) {
    var bytes = enc.bytes().clone();
    return switch (random.nextInt(5)) {
      case 0 -> enc.containing(java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      case 1 -> {
        random.nextBytes(bytes);
        yield enc.containing(bytes);
      }
      case 2 -> enc.with("type", enc.require("type").equals("msg") ? "pkmsg" : "msg");
      default -> {
        for (int bit = 0; bit <= random.nextInt(4); bit++) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        yield enc.containing(bytes);
      }
    };
  }
}
