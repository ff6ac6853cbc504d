package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.message.Outbox;
import holdfast.message.Pacing;
import holdfast.store.Event;
import holdfast.store.Outbound;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private final World world = new World();
  private final World.Person ann = world.person("15550100001", 0, 3);
  private final World.Person ben = world.person("15550100002", 0);
  private final Companion gateway = ann.device(3);

  @Test
  @DisplayName("A message for later goes at its time, and no sooner")
  void later() {
    var row = gateway.sendAt(ben.phone, "later", world.now.plusSeconds(60));
    assertThat(gateway.row(row).state()).isEqualTo(Outbound.State.SCHEDULED);
    assertThat(gateway.outbox.deadline()).contains(world.now.plusSeconds(60));

    world.pass(Duration.ofSeconds(59));
    assertThat(world.messages(gateway)).isEmpty();
    world.pass(Duration.ofSeconds(1));
    assertThat(ben.device(0).texts()).containsExactly("later");
    assertThat(gateway.row(row).state()).isEqualTo(Outbound.State.DELIVERED);
  }

  @Test
  @DisplayName("A message for later survives a restart, and one whose time passed meanwhile goes")
  void survives() {
    gateway.sendAt(ben.phone, "first", world.now.plusSeconds(60));
    gateway.sendAt(ben.phone, "second", world.now.plusSeconds(600));
    gateway.disconnect();
    world.pass(Duration.ofMinutes(5));
    gateway.connect();
    world.run();
    assertThat(ben.device(0).texts()).containsExactly("first");

    world.pass(Duration.ofMinutes(5));
    assertThat(ben.device(0).texts()).containsExactly("first", "second");
  }

  @Test
  @DisplayName("In a chat each goes as though it had been accepted at its time")
  void order() {
    gateway.disconnect();
    gateway.sendAt(ben.phone, "at 60", world.now.plusSeconds(60));
    gateway.sendAt(ben.phone, "at 30", world.now.plusSeconds(30));
    gateway.sendAt(ben.phone, "at 30 too", world.now.plusSeconds(30));
    gateway.send(ben.phone, "now");
    world.pass(Duration.ofSeconds(45));
    gateway.send(ben.phone, "at 45");
    world.pass(Duration.ofSeconds(45));
    gateway.send(ben.phone, "at 90");
    gateway.connect();
    world.run();

    assertThat(ben.device(0).texts())
        .containsExactly("now", "at 30", "at 30 too", "at 45", "at 60", "at 90");
  }

  @Test
  @DisplayName("R35: what was for later is paced with the rest, in its turn")
  void paced() {
    gateway.pacing = new Pacing(OptionalInt.of(1));
    gateway.send(ben.phone, "now");
    gateway.sendAt(ben.phone, "at 10", world.now.plusSeconds(10));
    world.run();
    world.pass(Duration.ofSeconds(20));
    gateway.send(ben.phone, "at 20");
    world.run();
    assertThat(ben.device(0).texts()).containsExactly("now");
    world.pass(Duration.ofSeconds(40));
    assertThat(ben.device(0).texts()).containsExactly("now", "at 10");
    world.pass(Duration.ofMinutes(1));
    assertThat(ben.device(0).texts()).containsExactly("now", "at 10", "at 20");
  }

  @Test
  @DisplayName("A time that has passed or is too far ahead is refused; a repeat isn't judged again")
  void untimely() {
    var at = world.now.plusSeconds(5);
    var key = Optional.of("key");
    assertThat(gateway.queue(ben.phone, "a", Optional.empty(), Optional.of(world.now)))
        .isEqualTo(new Outbox.Queued.Untimely("is in the past"));
    assertThat(
            gateway.queue(
                ben.phone,
                "a",
                Optional.empty(),
                Optional.of(world.now.plus(Outbox.HORIZON).plusMillis(1))))
        .isEqualTo(new Outbox.Queued.Untimely("is more than 90 days ahead"));
    assertThat(gateway.peek().lastOutboundId()).isEmpty();

    gateway.queue(ben.phone, "a", key, Optional.of(at));
    world.pass(Duration.ofSeconds(10));
    assertThat(gateway.queue(ben.phone, "a", key, Optional.of(at)))
        .isInstanceOf(Outbox.Queued.Repeated.class);
    assertThat(ben.device(0).texts()).containsExactly("a");
  }

  @Test
  @DisplayName("What hasn't gone can be taken back, once for ever, and says so in one event")
  void cancelled() {
    gateway.disconnect();
    var queued = gateway.send(ben.phone, "queued");
    var later = gateway.sendAt(ben.phone, "later", world.now.plusSeconds(5));
    var kept = gateway.send(ben.phone, "kept");
    for (var row : List.of(queued, later, queued)) {
      assertThat(gateway.cancel(row)).isInstanceOf(Outbox.Cancelling.Done.class);
    }
    gateway.connect();
    world.pass(Duration.ofSeconds(10));

    assertThat(ben.device(0).texts()).containsExactly("kept");
    assertThat(gateway.all(Event.OutboundChanged.class))
        .filteredOn(event -> event.type().equals("message.cancelled"))
        .extracting(Event.OutboundChanged::id)
        .containsExactly(queued.id(), later.id());
    assertThat(gateway.cancel(kept)).isInstanceOf(Outbox.Cancelling.TooLate.class);
    assertThat(gateway.row(kept).state()).isEqualTo(Outbound.State.DELIVERED);
  }

  @Test
  @DisplayName("A message that waits for an answer is taken back, and the next of its chat goes")
  void cancelledWhileAsking() {
    world.swallow = stanza -> stanza.is("iq");
    var asking = gateway.send(ben.phone, "first");
    world.run();
    gateway.cancel(asking);
    world.swallow = _ -> false;
    gateway.send(ben.phone, "second");
    world.run();

    assertThat(ben.device(0).texts()).containsExactly("second");
  }
}
