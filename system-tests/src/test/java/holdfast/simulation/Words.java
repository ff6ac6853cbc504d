package holdfast.simulation;

import holdfast.session.Input;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;

/// What the server says.
final class Words {
  private Words() {}

  static Element success(Jid lid, String name) {
    return Element.of("success")
        .with("t", 1_767_268_800L)
        .with("lid", lid)
        .with("display_name", name);
  }

  static Element failure(int code) {
    return Element.of("failure").with("reason", code).with("location", "sim");
  }

  static Element streamError(int code) {
    return Element.of("stream:error").with("code", code);
  }

  static Element conflict(String type) {
    return Element.of("stream:error")
        .with("code", type.equals("device_removed") ? 401 : 440)
        .containing(Element.of("conflict").with("type", type));
  }

  static Element downgrade() {
    return infoBag(Element.of("downgrade_webclient"));
  }

  static Element infoBag(Element child) {
    return Element.of("ib").with("from", Jid.SERVER).containing(child);
  }

  static Element result(Element iq) {
    return Element.of("iq")
        .with("from", Jid.SERVER)
        .with("type", "result")
        .with("id", iq.require("id"));
  }

  static Element refusal(Element iq, int code) {
    return Element.of("iq")
        .with("from", Jid.SERVER)
        .with("type", "error")
        .with("id", iq.require("id"))
        .containing(Element.of("error").with("code", code).with("text", "told by the seed"));
  }

  static Element ack(Element stanza, Jid from) {
    return Element.of("ack")
        .with("id", stanza.require("id"))
        .with("class", stanza.tag())
        .with("from", from)
        .with("t", 1_767_268_800L);
  }

  // ---- for the trace

  static String name(Input input) {
    return switch (input) {
      case Input.Start it -> it.forceRelink() ? "Relink" : "Start";
      case Input.Closed it -> "Closed " + it.cause();
      case Input.Received it -> name(it.stanza());
      case Input it -> it.getClass().getSimpleName();
    };
  }

  private static String name(Element stanza) {
    var child = stanza.firstChild().map(Element::tag).orElse("");
    return switch (stanza.tag()) {
      case "iq" -> child.startsWith("pair-") ? child : "iq " + stanza.require("type");
      case "ib" -> "ib " + child;
      case "failure" -> "failure " + stanza.attribute("reason").orElse("");
      case "stream:error" -> "stream:error " + stanza.attribute("code").orElse(child);
      case "receipt" -> "receipt";
      default -> stanza.tag();
    };
  }
}
