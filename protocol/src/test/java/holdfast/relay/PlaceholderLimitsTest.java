package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.device.Addresses;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.store.Event;
import holdfast.store.Missed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What is asked of the phone while somebody means ill or the server repeats itself. The phone is
/// played by the test.
class PlaceholderLimitsTest {
  private static final Jid STRANGER = Jid.phone("15550100077");

  private final World world = new World();
  private final World.Person ann = world.person("15550100001", 0, 3);
  private final World.Person ben = world.person("15550100002", 0);
  private final Companion gateway = ann.device(3);
  private final Companion phone = ann.device(0);
  private final OwnPhone played = new OwnPhone(phone, gateway);

  @BeforeEach
  void talk() {
    phone.send(ben.phone, "first");
    ben.device(0).send(ann.phone, "second");
    world.run();
    gateway.events.clear();
    world.incoming.clear();
    world.swallow = it -> it.is("receipt") || it.is("ack");
    world.tamper = it -> it.filter(on -> on.to() != phone || !on.stanza().is("message"));
  }

  @Test
  @DisplayName(
      "R31: what the phone alone had, and gave under a number, isn't asked for again under the LID")
  void unavailableThenLid() {
    gateway.receive(unavailable(STRANGER));
    world.run();
    answer(requests().getFirst(), "L1", "Hello");
    gateway.meddle(context -> Addresses.learn(context, STRANGER, Jid.lid("277")));
    gateway.receive(unavailable(Jid.lid("277")));
    world.pass(Duration.ofDays(1));

    assertThat(gateway.texts()).containsExactly("Hello");
    assertThat(requests()).hasSize(1);
    assertThat(gateway.all(Event.MessageUndecryptable.class)).hasSize(1);
  }

  @Test
  @DisplayName("R31: an answer of the phone to what was taken under a number changes nothing")
  void answeredTwice() {
    gateway.receive(unavailable(STRANGER));
    world.run();
    gateway.meddle(context -> context.draft().taken(STRANGER, STRANGER, "L1", context.now()));
    gateway.meddle(context -> Addresses.learn(context, STRANGER, Jid.lid("277")));
    answer(requests().getFirst(), "L1", "Hello");

    assertThat(gateway.texts()).isEmpty();
    assertThat(gateway.peek().missed()).isEmpty();
  }

  @Test
  @DisplayName("R31: one who sends what can't be read without end takes the place of nobody else")
  void crowd() {
    gateway.receive(garbage("BEN", ben.lid));
    for (int i = 0; i < 300; i++) {
      gateway.receive(garbage("G" + i, Jid.lid("277").withDevice(i % 3)));
    }
    gateway.receive(garbage("LATE", Jid.lid("278")));
    world.run();

    assertThat(gateway.peek().missed())
        .hasSize(256)
        .extracting(Missed::id)
        .contains("BEN", "LATE", "G46", "G299")
        .doesNotContain("G0", "G45");
    assertThat(gateway.all(Event.MessageGivenUp.class))
        .hasSize(46)
        .extracting(Event.MessageGivenUp::reason)
        .containsOnly("too_many");
  }

  // ---- how they are made

  private static Element garbage(String id, Jid from) {
    return OwnPhone.message(id, from).containing(OwnPhone.garbage());
  }

  private Element unavailable(Jid from) {
    return OwnPhone.message("L1", from)
        .with("t", world.now.getEpochSecond())
        .containing(Element.of("unavailable").with("type", "view_once"));
  }

  private List<Element> requests() {
    return world.messages(gateway).stream()
        .filter(it -> it.attribute("category").equals(Optional.of("peer")))
        .toList();
  }

  private void answer(Element request, String id, String text) {
    gateway.receive(
        played.sealed(
            phone, OwnPhone.response(request.require("id"), OwnPhone.info(id, text)), true));
    world.run();
  }
}
