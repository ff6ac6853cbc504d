package holdfast.stanza;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;

/// Golden vectors as the model has them.
///
/// They were made by Baileys, where every text with an `@` in it is a JID; in the model a JID is a
/// type of its own, so such texts become [Jid].
final class Vectors {
  private Vectors() {}

  static JsonNode read(String name) {
    try (var file = Vectors.class.getResourceAsStream("/vectors/" + name)) {
      return new ObjectMapper().readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The element of a vector; `jids` reads a text with an `@`.
  static Element element(JsonNode node, Function<String, Jid> jids) {
    var attributes = new LinkedHashMap<String, Attribute>();
    for (var entry : node.get("attrs").properties()) {
      var text = entry.getValue().asText();
      attributes.put(
          entry.getKey(), text.contains("@") ? jids.apply(text) : new Attribute.Text(text));
    }
    return new Element(node.get("tag").asText(), attributes, content(node.get("content"), jids));
  }

  private static Element.Content content(JsonNode content, Function<String, Jid> jids) {
    if (content.has("text")) {
      return new Element.Content.Text(content.get("text").asText());
    }
    if (content.has("hex")) {
      return new Element.Content.Bytes(HexFormat.of().parseHex(content.get("hex").asText()));
    }
    if (content.has("repeat")) {
      var repeat = content.get("repeat");
      var bytes = new byte[repeat.get("count").asInt()];
      Arrays.fill(bytes, (byte) Integer.parseInt(repeat.get("byte").asText(), 16));
      return new Element.Content.Bytes(bytes);
    }
    if (content.has("nodes")) {
      List<Element> children = new ArrayList<>();
      content.get("nodes").forEach(child -> children.add(element(child, jids)));
      return new Element.Content.Children(children);
    }
    return Element.Content.NONE;
  }
}
