package holdfast.stanza;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JidTest {
  private static final JsonNode VECTORS = Vectors.read("jid.json");

  @TestFactory
  @DisplayName("R32: texts of the golden file are parted, stripped and classed as it says")
  Stream<DynamicTest> reads() {
    return VECTORS
        .get("decode")
        .valueStream()
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    "'" + vector.get("jid").asText() + "'", () -> check(vector)));
  }

  private static void check(JsonNode vector) {
    var text = vector.get("jid").asText();
    var parts = vector.get("decoded");
    if (parts.isNull()) {
      assertThat(Jid.tryParse(text)).isEmpty();
      return;
    }
    var jid = Jid.parse(text);
    assertThat(jid.user()).isEqualTo(parts.get("user").asText());
    assertThat(jid.device()).isEqualTo(parts.get("device").asInt());
    assertThat(jid.bare()).hasToString(vector.get("normalizedUser").asText());
    boolean oldServer = text.endsWith("@c.us");
    if (!oldServer) {
      assertThat(jid.server()).isEqualTo(parts.get("server").asText());
      assertThat(jid.isPhone()).isEqualTo(any(vector, "isPn", "isHostedPn"));
    }
    assertThat(jid.isLid()).isEqualTo(any(vector, "isLid", "isHostedLid"));
    assertThat(jid.isGroup()).isEqualTo(any(vector, "isGroup"));
    assertThat(jid.isBroadcast()).isEqualTo(any(vector, "isBroadcast"));
    assertThat(jid.isStatus()).isEqualTo(any(vector, "isStatus"));
    assertThat(jid.isNewsletter()).isEqualTo(any(vector, "isNewsletter"));
    // The golden file keeps an agent as a domain, the model drops it.
    if (!vector.get("signalAddress").isNull() && !text.contains("_")) {
      assertThat(jid.signalAddress()).isEqualTo(vector.get("signalAddress").asText());
    }
  }

  private static boolean any(JsonNode vector, String... names) {
    return Stream.of(names).anyMatch(name -> vector.get(name).asBoolean());
  }

  @Test
  @DisplayName("Account and server are compared and devices are moved as in the golden file")
  void relations() {
    for (var vector : VECTORS.get("sameUser")) {
      var one = Jid.parse(vector.get("a").asText());
      var other = Jid.parse(vector.get("b").asText());
      assertThat(one.sameUser(other)).isEqualTo(vector.get("sameUser").asBoolean());
    }
    for (var vector : VECTORS.get("transferDevice")) {
      var from = Jid.parse(vector.get("from").asText());
      var moved = Jid.parse(vector.get("to").asText()).withDevice(from.device());
      assertThat(moved).hasToString(vector.get("result").asText());
    }
  }

  @Test
  @DisplayName("A JID's text is read as the same JID")
  void roundTrip() {
    var jids =
        List.of(
            Jid.SERVER,
            Jid.GROUPS,
            Jid.STATUS,
            Jid.phone("15550100001"),
            Jid.phone("15550100001").withDevice(255),
            Jid.lid("210000000000001").withDevice(7),
            Jid.of("15550100001", Jid.HOSTED_SERVER).withDevice(99),
            Jid.of("210000000000001", Jid.HOSTED_LID_SERVER).withDevice(99),
            Jid.of("15550100001-1612345678", Jid.GROUP_SERVER),
            new Jid("100001234567890", Jid.MESSENGER_SERVER, 300, 0),
            new Jid("15550100001", Jid.INTEROP_SERVER, 3, 42),
            new Jid("a-b", Jid.INTEROP_SERVER, 0, 0));
    for (var jid : jids) {
      assertThat(Jid.parse(jid.toString())).isEqualTo(jid);
    }
    assertThat(new Jid("15550100001", Jid.INTEROP_SERVER, 3, 42))
        .hasToString("42-15550100001:3@interop");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1@",
        "@",
        "1:@lid",
        "1:x@lid",
        "1:-1@lid",
        "1:256@lid",
        "1:99999999999@msgr",
        "1:65536@msgr",
        "1:5@g.us",
        ":5@lid",
        "1:2:3@lid",
        "1@lid@lid",
        "1 2@lid",
        "1\n@lid",
        "1/2@g.us",
        "x-1@interop",
        "70000-1@interop",
        "1:2-3@interop"
      })
  @DisplayName("What is no JID is refused")
  void refuses(String text) {
    assertThat(Jid.tryParse(text)).isEmpty();
    assertThatThrownBy(() -> Jid.parse(text))
        .isInstanceOf(MalformedStanza.class)
        .hasMessageNotContaining(text);
  }

  @Test
  @DisplayName("A JID is never longer than a store's key may be")
  void bounds() {
    var longest = "1".repeat(127) + "@" + "s".repeat(63);
    assertThat(Jid.parse(longest)).hasToString(longest);
    assertThat(Jid.tryParse("1" + longest)).isEmpty();
    assertThat(Jid.tryParse(longest + "s")).isEmpty();
    var received = Element.of("presence").with("from", Jid.lid("1".repeat(128)));
    assertThatThrownBy(() -> StanzaCodec.decode(StanzaCodec.encode(received)))
        .isInstanceOf(MalformedStanza.class);
  }

  @Test
  @DisplayName("R31: nor is a message's id, and it is printable")
  void boundsIds() {
    var message = Element.of("message").with("from", Jid.lid("1")).with("t", 1_700_000_000);
    var longest = (Stanza.Message) Stanza.of(message.with("id", "A".repeat(255)));
    assertThat(longest.id()).hasSize(255);
    assertThatThrownBy(() -> Stanza.of(message.with("id", "A".repeat(256))))
        .isInstanceOf(MalformedStanza.class)
        .hasMessage("<message> has an id of 256 signs");
    for (var odd : List.of("A\0", "\n", "A\u0085")) {
      assertThatThrownBy(() -> Stanza.of(message.with("id", odd)))
          .isInstanceOf(MalformedStanza.class)
          .hasMessage("<message> has an id with a control character");
    }
  }

  @Test
  @DisplayName("Order goes by user, server, device, and agrees with equality")
  void order() {
    var ordered =
        List.of(
            Jid.SERVER,
            Jid.lid("1"),
            Jid.lid("1").withDevice(2),
            Jid.lid("1").withDevice(10),
            Jid.phone("1"),
            Jid.lid("2"));
    assertThat(ordered.reversed().stream().sorted().toList()).isEqualTo(ordered);
    assertThat(Jid.lid("1")).isEqualByComparingTo(Jid.parse("1@lid"));
  }
}
