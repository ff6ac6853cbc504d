package holdfast.stanza;

import java.util.Set;

/// An element's shape for logs: never a whole phone number, a name, a text, a key or a ciphertext.
public final class Outline {
  /// Attributes whose values say what a stanza is and nothing about people.
  private static final Set<String> SHOWN =
      Set.of(
          "id", "type", "class", "xmlns", "t", "code", "reason", "error", "count", "v", "stage",
          "edit");

  private static final int MAX_CHILDREN = 8;
  private static final int MAX_VALUE = 64;
  private static final int MAX_DEPTH = 4;
  private static final int LAST_DIGITS = 4;

  private final StringBuilder out = new StringBuilder();

  private Outline() {}

  static String of(Element element) {
    var outline = new Outline();
    outline.add(element, 1);
    return outline.out.toString();
  }

  /// At most 64 signs of plain ASCII: nothing that could pass for another line of a log.
  public static String printable(String text) {
    var shown = new StringBuilder();
    for (int index = 0; index < Math.min(text.length(), MAX_VALUE); index++) {
      char sign = text.charAt(index);
      shown.append(sign >= ' ' && sign <= '~' ? sign : '?');
    }
    return shown.toString();
  }

  private void add(Element element, int depth) {
    out.append('<').append(printable(element.tag()));
    element.attributes().forEach(this::add);
    switch (element.content()) {
      case Element.Content.None _ -> out.append("/>");
      case Element.Content.Bytes bytes -> out.append('>').append(bytes);
      case Element.Content.Text text -> out.append('>').append(text);
      case Element.Content.Children(var children) -> {
        out.append('>');
        if (depth < MAX_DEPTH) {
          children.stream().limit(MAX_CHILDREN).forEach(child -> add(child, depth + 1));
        }
        if (depth >= MAX_DEPTH || children.size() > MAX_CHILDREN) {
          out.append("… ").append(children.size()).append(" children");
        }
        out.append("</>");
      }
    }
  }

  private void add(String name, Attribute value) {
    out.append(' ').append(printable(name));
    switch (value) {
      case Jid jid -> out.append('=').append(masked(jid));
      case Attribute.Text(String text) when SHOWN.contains(name) && text.indexOf('@') < 0 ->
          out.append('=').append(printable(text));
      case Attribute.Text _ -> {}
    }
  }

  private static String masked(Jid jid) {
    var user = jid.user();
    boolean known = jid.isServer() || jid.isStatus() || user.length() <= LAST_DIGITS;
    var shown = known ? user : "…" + user.substring(user.length() - LAST_DIGITS);
    return Jid.of(shown, printable(jid.server())).withDevice(jid.device()).toString();
  }
}
