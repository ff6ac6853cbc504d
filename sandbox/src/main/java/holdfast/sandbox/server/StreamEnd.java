package holdfast.sandbox.server;

import holdfast.stanza.Element;

/// The last stanzas of a stream (protocol page 03 § 6).
final class StreamEnd {
  private StreamEnd() {}

  static Element code(int code) {
    return Element.of("stream:error").with("code", code);
  }

  static Element replaced() {
    return Element.of("stream:error").containing(conflict("replaced"));
  }

  static Element deviceRemoved() {
    return code(401).containing(conflict("device_removed"));
  }

  static Element notWellFormed() {
    return Element.of("stream:error").containing(Element.of("xml-not-well-formed"));
  }

  static Element failure(int reason) {
    return Element.of("failure").with("reason", reason).with("location", "lla");
  }

  private static Element conflict(String type) {
    return Element.of("conflict").with("type", type);
  }
}
