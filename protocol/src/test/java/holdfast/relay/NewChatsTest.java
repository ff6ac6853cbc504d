package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.message.NewChats;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.store.Event;
import holdfast.store.Outbound;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NewChatsTest {
  private final World world = new World();
  private final World.Person ann = world.person("15550100001", 0, 3);
  private final World.Person ben = world.person("15550100002", 0);
  private final World.Person eve = world.person("15550100003", 0);
  private final Companion gateway = ann.device(3);
  private Instant end = Instant.EPOCH;

  @BeforeEach
  void benIsKnown() {
    ben.device(0).send(ann.phone, "Hello");
    world.run();
    end = world.now.plusSeconds(600);
  }

  @Test
  @DisplayName("While new chats are locked first messages wait for the end, in order; others flow")
  void held() {
    told(true);
    var first = gateway.send(eve.phone, "Eve 1");
    var second = gateway.send(eve.phone, "Eve 2");
    gateway.send(ben.phone, "Ben 1");
    world.run();

    assertThat(ben.device(0).texts()).containsExactly("Ben 1");
    assertThat(gateway.row(first).state()).isEqualTo(Outbound.State.SCHEDULED);
    assertThat(gateway.row(first).failure()).contains(NewChats.LOCKED);
    assertThat(gateway.row(first).sendAt()).contains(end);
    assertThat(gateway.all(Event.OutboundChanged.class))
        .filteredOn(event -> event.type().equals("message.scheduled"))
        .extracting(Event.OutboundChanged::id)
        .containsExactly(first.id(), second.id());

    gateway.disconnect();
    gateway.connect();
    world.pass(Duration.ofSeconds(599));
    assertThat(eve.device(0).texts()).isEmpty();
    world.pass(Duration.ofSeconds(1));
    assertThat(eve.device(0).texts()).containsExactly("Eve 1", "Eve 2");
    assertThat(gateway.row(first).failure()).isEmpty();
  }

  @Test
  @DisplayName("The refusal that follows the notice holds the message that was under way")
  void refusedUnderWay() {
    world.unacked = _ -> true;
    world.tamper = it -> it.filter(delivery -> delivery.to() == gateway);
    var row = gateway.send(eve.phone, "Eve 1");
    world.run();
    told(true);
    gateway.receive(
        Element.of("ack")
            .with("class", "message")
            .with("id", row.messageId())
            .with("from", eve.lid)
            .with("error", 463));
    world.run();
    assertThat(gateway.row(row).state()).isEqualTo(Outbound.State.SCHEDULED);

    world.pass(Duration.ofMinutes(10));
    var sent = world.messages(gateway);
    assertThat(sent).hasSize(2);
    assertThat(sent.get(1)).isEqualTo(sent.get(0));
  }

  @Test
  @DisplayName(
      "Whoever writes to us is no stranger any more: what was held for them goes, in order")
  void noStranger() {
    told(true);
    gateway.send(eve.phone, "Eve 1");
    world.run();
    eve.device(0).send(ann.phone, "I am Eve");
    world.run();
    gateway.send(eve.phone, "Eve 2");
    world.run();

    assertThat(eve.device(0).texts()).containsExactly("Eve 1", "Eve 2");
  }

  @Test
  @DisplayName("A lock that WhatsApp takes back before its end frees what was held")
  void unlocked() {
    told(true);
    gateway.send(eve.phone, "Eve 1");
    world.run();
    told(false);

    assertThat(eve.device(0).texts()).containsExactly("Eve 1");
    assertThat(gateway.peek().newChatsLocked()).isEmpty();
  }

  @Test
  @DisplayName("Another mex notice, or one that can't be read, locks nothing")
  void otherNotices() {
    tell("NotificationNewsletterUpdate", json(true));
    tell("NotificationUserReachoutTimelockUpdate", "{");
    gateway.send(eve.phone, "Eve 1");
    world.run();

    assertThat(gateway.peek().newChatsLocked()).isEqualTo(Optional.empty());
    assertThat(eve.device(0).texts()).containsExactly("Eve 1");
  }

  private void told(boolean active) {
    tell("NotificationUserReachoutTimelockUpdate", json(active));
  }

  private String json(boolean active) {
    return """
    {"data":{"xwa2_notify_account_reachout_timelock":{"is_active":%s,\
    "time_enforcement_ends":"%d","enforcement_type":"DEFAULT"}}}"""
        .formatted(active, end.getEpochSecond());
  }

  private void tell(String operation, String json) {
    world.deliver(
        gateway,
        Element.of("notification")
            .with("id", "mex" + operation + json.hashCode())
            .with("type", "mex")
            .with("from", Jid.SERVER)
            .containing(
                Element.of("update")
                    .with("op_name", operation)
                    .containing(json.getBytes(StandardCharsets.UTF_8))));
    world.run();
  }
}
