package holdfast.stanza;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StanzaCodecTest {
  @Test
  @DisplayName("Thousands of random elements are read as they were written, in their order")
  void roundTrip() {
    var random = new Random(1);
    for (int round = 0; round < 5000; round++) {
      var element = Stanzas.random(random);
      var bytes = StanzaCodec.encode(element);
      var read = StanzaCodec.decode(bytes);
      assertThat(read).as("round %d", round).isEqualTo(element);
      assertThat(StanzaCodec.encode(read)).as("round %d", round).isEqualTo(bytes);
    }
  }

  @Test
  @DisplayName("A text is never written as a JID, a JID always")
  void typing() {
    var text = Element.of("user").with("jid", "1@lid");
    var jid = Element.of("user").with("jid", Jid.lid("1"));

    assertThat(HexFormat.of().formatHex(StanzaCodec.encode(text)))
        .isEqualTo("00f8030e0cfc0531406c6964");
    assertThat(HexFormat.of().formatHex(StanzaCodec.encode(jid))).startsWith("00f8030e0cfa");
    assertThat(StanzaCodec.decode(StanzaCodec.encode(text))).isEqualTo(text).isNotEqualTo(jid);
  }

  @Test
  @DisplayName("Interop and messenger JIDs are written in the forms in which they are read")
  void rareJids() {
    assertThat(written(new Jid("100001234567890", Jid.MESSENGER_SERVER, 300, 0)))
        .isEqualTo("00f8030e0cf6ff88100001234567890f012ccc");
    assertThat(written(new Jid("15551234567", Jid.INTEROP_SERVER, 3, 42)))
        .isEqualTo("00f8030e0cf5ff8615551234567f0003002afc07696e7465726f70");
  }

  private static String written(Jid jid) {
    return HexFormat.of().formatHex(StanzaCodec.encode(Element.of("user").with("jid", jid)));
  }

  @Test
  @DisplayName("The old name of the phone server is read as the new one")
  void oldServer() {
    var bytes = StanzaCodec.encode(Element.of("user").with("jid", Jid.of("1", "c.us")));
    assertThat(StanzaCodec.decode(bytes).requireJid("jid")).isEqualTo(Jid.phone("1"));
  }

  @Test
  @DisplayName("Text content that came as a JID is read as its text")
  void jidContent() {
    var bytes = HexFormat.of().parseHex("00f8020bfaff0112" + "03");
    assertThat(StanzaCodec.decode(bytes).text()).isEqualTo("12@s.whatsapp.net");
  }

  @Test
  @DisplayName("What the wire has no form for is our own mistake and is said so")
  void unwritable() {
    var device = Element.of("user").with("jid", Jid.of("1", Jid.GROUP_SERVER).withDevice(3));
    var list = Element.of("x").containing(Collections.nCopies(65_536, Element.of("x")));
    assertThatThrownBy(() -> StanzaCodec.encode(device))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StanzaCodec.encode(list)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("Many threads may write at once")
  void threads() {
    var failures =
        IntStream.range(0, 20_000)
            .parallel()
            .filter(
                seed -> {
                  var element = Stanzas.random(new Random(seed % 50));
                  return !StanzaCodec.decode(StanzaCodec.encode(element)).equals(element);
                })
            .count();
    assertThat(failures).isZero();
  }
}
