package holdfast.stanza;

/// Elements as bytes: protocol page 02; vectors `binary-nodes.json`, `tokens.json`.
public final class StanzaCodec {
  private StanzaCodec() {}

  /// Includes the leading flag byte 0 (never compressed).
  public static byte[] encode(Element element) {
    throw new UnsupportedOperationException();
  }

  /// Reads one whole stanza with its flag byte; inflates when the flag says so (at most 16 MiB).
  /// @throws MalformedStanza for whatever isn't exactly one element within the limits
  public static Element decode(byte[] bytes) {
    throw new UnsupportedOperationException();
  }
}
