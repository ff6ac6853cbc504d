package holdfast.stanza;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Elements as bytes: protocol page 02; vectors `binary-nodes.json`, `tokens.json`.
public final class StanzaCodec {
  /// What a compressed stanza may grow to; peers know no limit, real ones stay far below.
  static final int MAX_INFLATED_BYTES = 16 << 20;

  private static final int COMPRESSED = 0x02;
  private static final int MIN_INFLATED_BYTES = 1024;

  private StanzaCodec() {}

  /// Includes the leading flag byte 0 (never compressed).
  /// @throws IllegalArgumentException for an element that the wire has no form for
  public static byte[] encode(Element element) {
    return StanzaWriter.write(element);
  }

  /// Reads one whole stanza with its flag byte; inflates when the flag says so (at most 16 MiB).
  /// @throws MalformedStanza for whatever isn't exactly one element within the limits
  public static Element decode(byte[] bytes) {
    if (bytes.length == 0) {
      throw new MalformedStanza("a stanza without bytes");
    }
    return (bytes[0] & COMPRESSED) == 0
        ? new StanzaReader(bytes, 1, bytes.length).stanza()
        : inflated(bytes);
  }

  private static Element inflated(byte[] bytes) {
    var inflater = new Inflater();
    try {
      inflater.setInput(bytes, 1, bytes.length - 1);
      return inflated(inflater, bytes.length);
    } catch (DataFormatException e) {
      throw new MalformedStanza("a compressed stanza that can't be inflated");
    } finally {
      inflater.end();
    }
  }

  /// The buffer grows with what really comes out, so a small lie costs little.
  private static Element inflated(Inflater inflater, int compressedBytes)
      throws DataFormatException {
    int expected = 4 * Math.min(compressedBytes, MAX_INFLATED_BYTES / 8);
    var buffer = new byte[MIN_INFLATED_BYTES + expected];
    int length = 0;
    while (!inflater.finished()) {
      if (length == buffer.length) {
        buffer = Arrays.copyOf(buffer, Math.min(MAX_INFLATED_BYTES + 1, 2 * length));
      }
      int read = inflater.inflate(buffer, length, buffer.length - length);
      length += read;
      if (length > MAX_INFLATED_BYTES) {
        throw new MalformedStanza("a compressed stanza above 16 MiB");
      }
      if (read == 0 && !inflater.finished()) {
        throw new MalformedStanza("a compressed stanza that breaks off");
      }
    }
    if (inflater.getRemaining() > 0) {
      throw new MalformedStanza("bytes after a compressed stanza");
    }
    return new StanzaReader(buffer, 0, length).stanza();
  }
}
