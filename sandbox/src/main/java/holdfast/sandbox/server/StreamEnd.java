package holdfast.sandbox.server;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;

/// The last stanzas of a stream (protocol page 03 § 6).
final class StreamEnd {
  private StreamEnd() {}

  static Element code(int code) {
    return Element.of("stream:error").with("code", code);
  }

  static Element replaced() {
    return conflictOf("replaced", Element.of("stream:error"));
  }

  static Element deviceRemoved() {
    return conflictOf("device_removed", code(401));
  }

  static Element conflict(String type) {
    return type.equals("device_removed")
        ? deviceRemoved()
        : conflictOf(type, Element.of("stream:error"));
  }

  static Element notWellFormed() {
    return Element.of("stream:error").containing(Element.of("xml-not-well-formed"));
  }

  static Element failure(int reason) {
    return Element.of("failure").with("reason", reason).with("location", "lla");
  }

  /// A ban that ends says when, in seconds from now.
  static Element failure(int reason, long expireSeconds) {
    return expireSeconds > 0
        ? failure(reason).with("code", 101).with("expire", expireSeconds)
        : failure(reason);
  }

  /// The phone doesn't do what companions need.
  static Element downgrade() {
    return Element.of("ib").with("from", Jid.SERVER).containing(Element.of("downgrade_webclient"));
  }

  private static Element conflictOf(String type, Element error) {
    return error.containing(Element.of("conflict").with("type", type));
  }
}
