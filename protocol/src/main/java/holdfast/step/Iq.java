package holdfast.step;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;

/// The frame of a question to WhatsApp. The session gives it its id.
public final class Iq {
  private Iq() {}

  public static Element get(String namespace, Element... children) {
    return to(Jid.SERVER, "get", namespace, children);
  }

  public static Element set(String namespace, Element... children) {
    return to(Jid.SERVER, "set", namespace, children);
  }

  /// `type`: `get` or `set`.
  public static Element to(Jid to, String type, String namespace, Element... children) {
    var iq = Element.of("iq").with("to", to).with("type", type).with("xmlns", namespace);
    return children.length == 0 ? iq : iq.containing(children);
  }
}
