package holdfast.stanza;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ElementTest {
  private static final Jid ANN = Jid.phone("15550100001").withDevice(7);

  private static final Element MESSAGE =
      Element.of("message")
          .with("id", "3EB0")
          .with("from", ANN)
          .with("t", 1700000000L)
          .with("offline", "x")
          .with("notify", "Ann")
          .containing(Element.of("enc").containing(new byte[] {1, 2, 3}), Element.of("enc"));

  @Test
  @DisplayName("Attributes keep the order in which they were set, also when one is replaced")
  void order() {
    var changed = MESSAGE.with("from", Jid.SERVER).without("t").with("type", "text");

    assertThat(changed.attributes().keySet())
        .containsExactly("id", "from", "offline", "notify", "type");
    assertThat(changed.jid("from")).contains(Jid.SERVER);
    assertThat(MESSAGE.attributes()).hasSize(5).containsEntry("from", ANN);
    assertThat(MESSAGE.without("nothing")).isEqualTo(MESSAGE);
    assertThat(Element.of("iq").with("id", "1").without("id")).isEqualTo(Element.of("iq"));
  }

  @Test
  @DisplayName("An element from any map equals the one that was built, whatever the order")
  void equality() {
    Map<String, Attribute> map = new LinkedHashMap<>();
    map.put("b", new Attribute.Text("2"));
    map.put("a", ANN);
    var copied = new Element("x", map, Element.Content.NONE);
    map.clear();

    var built = Element.of("x").with("a", ANN).with("b", "2");
    assertThat(copied).isEqualTo(built).hasSameHashCodeAs(built);
    assertThat(copied.attributes()).isEqualTo(Map.of("a", ANN, "b", new Attribute.Text("2")));
    assertThat(Element.of("e").containing(new byte[] {1}))
        .isEqualTo(Element.of("e").containing(new byte[] {1}))
        .hasSameHashCodeAs(Element.of("e").containing(new byte[] {1}))
        .isNotEqualTo(Element.of("e").containing(new byte[] {2}));
  }

  @Test
  @DisplayName("Attributes can't be changed from outside")
  void immutable() {
    assertThatThrownBy(() -> MESSAGE.attributes().put("x", ANN))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> MESSAGE.attributes().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> MESSAGE.children().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  @DisplayName("Attributes are read as text, JID and number; what isn't one is malformed")
  void reads() {
    assertThat(MESSAGE.attribute("from")).contains("15550100001:7@s.whatsapp.net");
    assertThat(MESSAGE.require("id")).isEqualTo("3EB0");
    assertThat(MESSAGE.number("t")).contains(1700000000L);
    assertThat(MESSAGE.number("count")).isEmpty();
    assertThatThrownBy(() -> MESSAGE.number("offline")).isInstanceOf(MalformedStanza.class);
    assertThatThrownBy(() -> MESSAGE.require("to"))
        .isInstanceOf(MalformedStanza.class)
        .hasMessage("<message> lacks to");
    assertThatThrownBy(() -> MESSAGE.requireJid("to")).isInstanceOf(MalformedStanza.class);
    assertThatThrownBy(() -> MESSAGE.jid("notify")).isInstanceOf(MalformedStanza.class);
    assertThat(MESSAGE.with("to", Optional.of(ANN)).jid("to")).contains(ANN);
    assertThat(MESSAGE.with("to", Optional.<Jid>empty())).isEqualTo(MESSAGE);
  }

  @Test
  @DisplayName("A JID is read from text too, and from a server's bare name")
  void lenientJids() {
    var element = Element.of("iq").with("from", "1:2@lid").with("to", "s.whatsapp.net");

    assertThat(element.attributes().get("from")).isInstanceOf(Attribute.Text.class);
    assertThat(element.jid("from")).contains(Jid.lid("1").withDevice(2));
    assertThat(element.jid("to")).contains(Jid.SERVER);
    assertThat(element.with("to", "g.us").jid("to")).contains(Jid.GROUPS);
  }

  @Test
  @DisplayName("Content is read as elements, bytes, text and number")
  void content() {
    assertThat(MESSAGE.children("enc")).hasSize(2);
    assertThat(MESSAGE.child("enc").orElseThrow().bytes(3)).containsExactly(1, 2, 3);
    assertThat(MESSAGE.firstChild()).isEqualTo(MESSAGE.child("enc"));
    assertThat(MESSAGE.child("plaintext")).isEmpty();
    assertThat(MESSAGE.bytes()).isEmpty();
    assertThat(MESSAGE.text()).isEmpty();
    assertThat(Element.of("x").children()).isEmpty();
    assertThat(Element.of("ref").containing("2@ü").text()).isEqualTo("2@ü");
    assertThat(Element.of("ref").containing("2@ü").bytes()).hasSize(4);
    assertThat(new Element("ref", Map.of(), new Element.Content.Text("ü")).bytes()).hasSize(2);
    assertThat(Element.of("id").containing(new byte[] {-1, 0, 1}).bigEndian()).isEqualTo(0xFF0001);
    assertThat(Element.of("id").containing(new byte[] {-1, -1, -1, -1}).bigEndian())
        .isEqualTo(0xFFFFFFFFL);
    assertThatThrownBy(() -> MESSAGE.requireChild("plaintext"))
        .isInstanceOf(MalformedStanza.class)
        .hasMessage("<message> lacks <plaintext>");
    assertThatThrownBy(() -> MESSAGE.children().getFirst().bytes(4))
        .isInstanceOf(MalformedStanza.class);
    for (int length : List.of(0, 5)) {
      assertThatThrownBy(() -> Element.of("id").containing(new byte[length]).bigEndian())
          .isInstanceOf(MalformedStanza.class);
    }
    assertThatThrownBy(() -> Element.of("")).isInstanceOf(MalformedStanza.class);
  }

  @Test
  @DisplayName("The string for logs has no phone number, no name, no text and no bytes")
  void outline() {
    var stanza =
        MESSAGE.containing(
            Element.of("body").containing("secret"),
            Element.of("to").with("jid", "15550100001@s.whatsapp.net"),
            new Element("status", Map.of(), new Element.Content.Text("secret")));

    assertThat(stanza.toString())
        .isEqualTo(
            "<message id=3EB0 from=…0001:7@s.whatsapp.net t=1700000000 offline notify>"
                + "<body>6 bytes<to jid/><status>6 characters</>");
  }

  @Test
  @DisplayName("What a peer made up can't break out of a line of a log")
  void printable() {
    var element =
        Element.of("x\ny").with("id", "1\r2é").with("a\nb", "").with("j", Jid.of("1", "s\u0085"));

    assertThat(element.toString()).isEqualTo("<x?y id=1?2? a?b j=1@s?/>");
    assertThatThrownBy(() -> element.require("to")).hasMessage("<x?y> lacks to");
    assertThat(Element.of("x".repeat(1000)).toString()).hasSize(67);
  }

  @Test
  @DisplayName("The string for logs stays short, however large the stanza")
  void shortOutline() {
    var deep = Element.of("x");
    for (int depth = 0; depth < 10; depth++) {
      deep = Element.of("x").containing(deep);
    }
    var wide = Element.of("x").containing(java.util.Collections.nCopies(1000, deep));

    assertThat(wide.toString()).hasSizeLessThan(500).contains("1000 children");
  }
}
