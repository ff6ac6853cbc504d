package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.store.Event;
import holdfast.store.Table;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Records that nobody can read any more: a damaged page of the store, or a value that was sealed
/// under another key.
class DamagedRecordsTest {
  private final World world = new World();
  private final World.Person ann = world.person("15550100001", 0, 3);
  private final World.Person ben = world.person("15550100002", 0);
  private final World.Person cleo = world.person("15550100003", 0);
  private final Companion gateway = ann.device(3);
  private final Companion ben0 = ben.device(0);

  @BeforeEach
  void talk() {
    gateway.send(ben.phone, "first");
    ben0.send(ann.phone, "second");
    world.run();
    gateway.events.clear();
    ben0.events.clear();
  }

  @Test
  @DisplayName("R31: a message whose ratchet is damaged is asked for again and arrives once")
  void ratchetIn() {
    gateway.damage(Table.RATCHET);
    ben0.send(ann.phone, "Hello");
    world.run();

    assertThat(gateway.texts()).containsExactly("Hello");
    assertThat(gateway.all(Event.MessageUndecryptable.class)).hasSize(1);
    assertThat(ben0.texts()).isEmpty();
  }

  @Test
  @DisplayName("R22: a message to a device whose ratchet is damaged goes out under a new one")
  void ratchetOut() {
    gateway.damage(Table.RATCHET);
    gateway.send(ben.phone, "Hello");
    world.run();

    assertThat(ben0.texts()).containsExactly("Hello");
    ben0.send(ann.phone, "Hello to you");
    world.run();
    assertThat(gateway.texts()).containsExactly("Hello to you");
    assertThat(gateway.all(Event.MessageUndecryptable.class)).isEmpty();
  }

  @Test
  @DisplayName("R31: a damaged sender key costs a retry, in both directions of a group")
  void senderKeys() {
    var group = world.group("120363025246125486", ann, ben);
    ben0.send(group, "one");
    gateway.send(group, "two");
    world.run();
    gateway.events.clear();
    ben0.events.clear();
    gateway.damage(Table.SENDER_KEY);
    ben0.send(group, "three");
    gateway.send(group, "four");
    world.run();

    assertThat(gateway.texts()).containsExactly("three");
    assertThat(ben0.texts()).containsExactly("four");
    assertThat(ben0.all(Event.MessageUndecryptable.class)).isEmpty();
  }

  @Test
  @DisplayName("R31: a first message under a damaged prekey is asked for again and arrives once")
  void preKeys() {
    gateway.damage(Table.PREKEY);
    cleo.device(0).send(ann.phone, "Hello");
    world.run();

    assertThat(gateway.texts()).containsExactly("Hello");
  }

  @Test
  @DisplayName("When nobody knows what the phone was asked for, a connection goes on without it")
  void missed() {
    world.swallow = it -> it.is("receipt");
    gateway.receive(OwnPhone.message("M1", ben0.jid()).containing(OwnPhone.garbage()));
    world.run();
    assertThat(gateway.peek().missed()).hasSize(1);
    gateway.damage(Table.MISSED);
    gateway.disconnect();
    gateway.connect();
    ben0.send(ann.phone, "Hello");
    world.pass(Duration.ofDays(1));

    assertThat(gateway.texts()).containsExactly("Hello");
    assertThat(gateway.peek().missed()).isEmpty();
  }

  @Test
  @DisplayName("Damage is told once, and a link that is made safe isn't whole for it")
  void told() {
    gateway.damage(Table.RATCHET);
    var draft = gateway.peek();
    draft.ratchet(ben0.jid());
    draft.ratchets(java.util.List.of(ben0.jid()));
    assertThat(draft.damaged()).containsExactly("ratchet");
    draft.ratchet(ben0.jid());
    assertThat(draft.damaged()).isEmpty();

    assertThat(gateway.peek().retireLinks()).isFalse();
    assertThat(ben0.peek().retireLinks()).isTrue();
  }
}
