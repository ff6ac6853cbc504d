package holdfast.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.stanza.Jid;
import holdfast.store.Event;
import holdfast.store.Outbound;
import holdfast.store.Person;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EventDataTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Person BEN =
      new Person(
          Jid.phone("15550100002"),
          Optional.of("+15550100002"),
          Optional.of(Jid.lid("25550100002")),
          Optional.of("Ben"));
  private static final String BENS_FORM =
      """
      {"jid":"15550100002@s.whatsapp.net","phone":"+15550100002",\
      "lid":"25550100002@lid","pushName":"Ben"}""";

  private static final List<Event> ALL =
      List.of(
          new Event.StateReached("connected", Optional.empty(), Optional.empty(), 1, NOON),
          new Event.MessageReceived(
              "M", BEN, BEN, false, false, "text", Optional.of("hi"), NOON, false, NOON),
          new Event.MessageUndecryptable("M", BEN, BEN, "unknown", 1, NOON),
          new Event.MessageRequested("M", BEN, BEN, 2, NOON),
          new Event.MessageGivenUp("M", BEN, BEN, "unanswered", NOON),
          new Event.OutboundChanged(
              "O", "M", BEN.jid(), Outbound.State.SENT, Optional.empty(), NOON),
          new Event.BacklogReceived(3, NOON),
          new Event.StanzaUnreadable("message", Optional.of("M"), NOON),
          new Event.IdentityChanged(BEN, NOON));

  @Test
  @DisplayName("Each kind of event can be wanted by its type")
  void known() {
    assertThat(ALL)
        .extracting(Object::getClass)
        .containsExactlyInAnyOrderElementsOf(Arrays.asList(Event.class.getPermittedSubclasses()));
    assertThat(EventFilter.unknown(ALL.stream().map(Event::type).toList())).isEmpty();
  }

  @Test
  @DisplayName("That the phone was asked, and that it is asked no more, says about which message")
  void asked() {
    var about = "{\"messageId\":\"M\",\"chat\":%s,\"from\":%s,".formatted(BENS_FORM, BENS_FORM);
    assertThat(EventData.of(new Event.MessageRequested("M", BEN, BEN, 2, NOON)))
        .isEqualTo(about + "\"attempt\":2}");
    assertThat(EventData.of(new Event.MessageGivenUp("M", BEN, BEN, "unanswered", NOON)))
        .isEqualTo(about + "\"reason\":\"unanswered\"}");
  }
}
