package holdfast.stanza;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.stanza.Element.Content;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class StanzaCodecVectorTest {
  private static final JsonNode VECTORS = Vectors.read("binary-nodes.json");

  /// Baileys' own text for "domain byte 1" on a phone number; the model has no agents.
  private static final String AGENT = "agent in user part (_)";

  @Test
  @DisplayName("All hundred cases of the golden file are here")
  void complete() {
    assertThat(VECTORS.get("cases")).hasSize(VECTORS.get("count").asInt());
  }

  @TestFactory
  @DisplayName("Elements become the bytes of the golden file")
  Stream<DynamicTest> encodes() {
    return cases("encode")
        .filter(vector -> vector.has("node"))
        .map(StanzaCodecVectorTest::encoding);
  }

  @TestFactory
  @DisplayName("Bytes of the golden file become its elements, or are refused where it refuses them")
  Stream<DynamicTest> decodes() {
    return cases("decode").map(StanzaCodecVectorTest::decoding);
  }

  private static Stream<JsonNode> cases(String direction) {
    return VECTORS
        .get("cases")
        .valueStream()
        .filter(vector -> vector.get("mode").asText().contains(direction));
  }

  private static DynamicTest encoding(JsonNode vector) {
    var name = vector.get("name").asText();
    return DynamicTest.dynamicTest(
        name,
        () -> {
          var written =
              StanzaCodec.encode(Vectors.element(vector.get("node"), text -> literal(name, text)));
          if (vector.has("hex")) {
            assertThat(HexFormat.of().formatHex(written)).isEqualTo(vector.get("hex").asText());
          } else {
            var hash = MessageDigest.getInstance("SHA-256").digest(written);
            assertThat(written).hasSize(vector.get("length").asInt());
            assertThat(HexFormat.of().formatHex(hash)).isEqualTo(vector.get("sha256").asText());
          }
        });
  }

  private static Jid literal(String name, String text) {
    if (name.equals(AGENT)) {
      return Jid.lid("15551234567").withDevice(5);
    }
    // The one server name that reading a text changes.
    return text.endsWith("@c.us")
        ? Jid.of(text.substring(0, text.indexOf('@')), "c.us")
        : Jid.parse(text);
  }

  private static DynamicTest decoding(JsonNode vector) {
    return DynamicTest.dynamicTest(
        vector.get("name").asText(),
        () -> {
          var bytes = HexFormat.of().parseHex(vector.get("hex").asText());
          var error = vector.path("error").asText();
          if (error.equals("ACCEPTED")) {
            assertThat(StanzaCodec.decode(bytes).tag()).isEqualTo(lastWord());
          } else if (!error.isEmpty()) {
            assertThatThrownBy(() -> StanzaCodec.decode(bytes)).isInstanceOf(MalformedStanza.class);
          } else {
            var expected = vector.has("decodesTo") ? vector.get("decodesTo") : vector.get("node");
            var element = StanzaCodec.decode(bytes);
            assertThat(element).isEqualTo(Vectors.element(expected, Jid::parse));
            assertThat(element.attributes().keySet()).containsExactlyElementsOf(names(expected));
          }
        });
  }

  private static List<String> names(JsonNode node) {
    return node.get("attrs").propertyStream().map(Map.Entry::getKey).toList();
  }

  private static String lastWord() {
    return Vectors.read("tokens.json").get("doubleByte").get(3).get(255).asText();
  }

  @Test
  @DisplayName("Every word of the dictionary is written as its code and read again")
  void tokens() {
    var file = Vectors.read("tokens.json");
    for (int code = 1; code < 236; code++) {
      checkWord(file.get("singleByte").get(code).asText(), HexFormat.of().toHexDigits((byte) code));
    }
    for (int dictionary = 0; dictionary < 4; dictionary++) {
      for (int index = 0; index < 256; index++) {
        checkWord(
            file.get("doubleByte").get(dictionary).get(index).asText(),
            HexFormat.of().toHexDigits((short) (((236 + dictionary) << 8) | index)));
      }
    }
  }

  private static void checkWord(String word, String code) {
    var element = new Element(word, Map.of(), new Content.Text(word));
    var bytes = HexFormat.of().parseHex("00f802" + code + code);
    assertThat(StanzaCodec.encode(element)).isEqualTo(bytes);
    assertThat(StanzaCodec.decode(bytes)).isEqualTo(element);
  }
}
