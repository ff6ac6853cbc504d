package holdfast.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.stanza.Jid;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipientTest {
  @ParameterizedTest
  @DisplayName("R33 A number is normalised, however it is written")
  @ValueSource(
      strings = {
        "+15550100002",
        "15550100002",
        "0015550100002",
        "+1 (555) 010-0002",
        " +1.555.010.0002 "
      })
  void normalises(String written) {
    assertThat(Recipient.of(written)).isEqualTo(new Recipient.Known(Jid.phone("15550100002")));
  }

  @ParameterizedTest
  @DisplayName("R33 What can't be a number is refused with what is wrong")
  @CsvSource({
    "+1555, is too short",
    "+1555010000234567, is too long",
    "+999555010000, has no country code that exists",
    "+1-555-CALL-NOW, has characters that no phone number has",
    "0, is no number"
  })
  void refuses(String written, String reason) {
    assertThat(Recipient.of(written)).isEqualTo(new Recipient.Wrong(reason, true));
  }

  @Test
  @DisplayName("R32 JIDs of people, by phone or LID, and of groups are taken")
  void takesJids() {
    assertThat(Recipient.of("15550100002@s.whatsapp.net"))
        .isEqualTo(new Recipient.Known(Jid.phone("15550100002")));
    assertThat(Recipient.of("15550100002@c.us"))
        .isEqualTo(new Recipient.Known(Jid.phone("15550100002")));
    assertThat(Recipient.of("210000000000001@lid"))
        .isEqualTo(new Recipient.Known(Jid.lid("210000000000001")));
    assertThat(Recipient.of("120363000000000001@g.us"))
        .isEqualTo(new Recipient.Known(Jid.of("120363000000000001", Jid.GROUP_SERVER)));
  }

  @ParameterizedTest
  @DisplayName("JIDs of devices, of nobody and of what takes no messages are refused")
  @ValueSource(
      strings = {
        "15550100002:1@s.whatsapp.net",
        "@s.whatsapp.net",
        "s.whatsapp.net@",
        "a@lid",
        "status@broadcast",
        "1@newsletter",
        "../../x@g.us"
      })
  void refusesJids(String text) {
    assertThat(Recipient.of(text)).isInstanceOf(Recipient.Wrong.class);
  }
}
