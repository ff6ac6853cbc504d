package holdfast.simulation;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;

/// What the server says.
final class Words {
  private Words() {}

  static Element success(Jid lid) {
    return Element.of("success").with("t", 1_767_268_800L).with("lid", lid);
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
}
