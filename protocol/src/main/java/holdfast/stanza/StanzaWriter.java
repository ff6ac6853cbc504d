package holdfast.stanza;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Writes one element into a buffer that grows; the buffer is handed from one call to the next.
final class StanzaWriter {
  private static final int FIRST_BYTES = 4096;

  /// A buffer above this size is not kept: one large upload must not hold memory for ever.
  private static final int MAX_KEPT_BYTES = 64 << 10;

  private static final int MAX_LIST = 0xFFFF;

  /// What the last call left for the next. Two calls at once: one of them makes its own.
  private static final AtomicReference<byte @Nullable []> SPARE = new AtomicReference<>();

  private byte[] bytes;
  private int next;

  private StanzaWriter(byte[] bytes) {
    this.bytes = bytes;
  }

  static byte[] write(Element element) {
    var spare = SPARE.getAndSet(null);
    var writer = new StanzaWriter(spare == null ? new byte[FIRST_BYTES] : spare);
    writer.put(0);
    writer.element(element);
    var written = Arrays.copyOf(writer.bytes, writer.next);
    if (writer.bytes.length <= MAX_KEPT_BYTES) {
      SPARE.set(writer.bytes);
    }
    return written;
  }

  private void element(Element element) {
    var attributes = element.pairs();
    int count = attributes.size();
    boolean empty = element.content() instanceof Element.Content.None;
    listStart(1 + 2 * count + (empty ? 0 : 1));
    string(element.tag());
    for (int index = 0; index < count; index++) {
      string(attributes.nameAt(index));
      switch (attributes.valueAt(index)) {
        case Attribute.Text(String text) -> string(text);
        case Jid jid -> jid(jid);
      }
    }
    switch (element.content()) {
      case Element.Content.None _ -> {}
      case Element.Content.Children(List<Element> children) -> {
        listStart(children.size());
        children.forEach(this::element);
      }
      case Element.Content.Bytes(byte[] content) -> binary(content);
      case Element.Content.Text(String text) -> string(text);
    }
  }

  private void listStart(int size) {
    if (size > MAX_LIST) {
      throw new IllegalArgumentException("a list of " + size + " is too long for a stanza");
    }
    if (size == 0) {
      put(Marker.LIST_EMPTY);
    } else if (size < 256) {
      put(Marker.LIST_8, size);
    } else {
      put(Marker.LIST_16, size >> 8, size);
    }
  }

  private void string(String text) {
    int code = Tokens.code(text);
    if (code > 0 && code < Tokens.FIRST_PAIR) {
      put(code);
    } else if (code > 0) {
      int pair = code - Tokens.FIRST_PAIR;
      put(Tokens.FIRST_PAIR + (pair >> 8), pair);
    } else {
      switch (packing(text)) {
        case Marker.NIBBLE_8 -> packed(Marker.NIBBLE_8, text);
        case Marker.HEX_8 -> packed(Marker.HEX_8, text);
        default -> binary(text.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /// The marker of the tightest form, 0 when the text isn't packed.
  private static int packing(String text) {
    int length = text.length();
    if (length == 0 || length > Marker.MAX_PACKED) {
      return 0;
    }
    boolean nibbles = true;
    boolean hex = true;
    for (int index = 0; index < length && (nibbles || hex); index++) {
      char sign = text.charAt(index);
      boolean digit = sign >= '0' && sign <= '9';
      nibbles &= digit || sign == '-' || sign == '.';
      hex &= digit || (sign >= 'A' && sign <= 'F');
    }
    return nibbles ? Marker.NIBBLE_8 : hex ? Marker.HEX_8 : 0;
  }

  private void packed(int marker, String text) {
    int length = text.length();
    int packedLength = (length + 1) / 2;
    put(marker, packedLength | ((length % 2) << 7));
    ensure(packedLength);
    for (int index = 0; index < length; index += 2) {
      int high = half(text.charAt(index));
      int low = index + 1 < length ? half(text.charAt(index + 1)) : 0xF;
      bytes[next++] = (byte) ((high << 4) | low);
    }
  }

  private static int half(char sign) {
    return switch (sign) {
      case '-' -> 10;
      case '.' -> 11;
      default -> sign <= '9' ? sign - '0' : sign - 'A' + 10;
    };
  }

  private void binary(byte[] content) {
    int length = content.length;
    if (length < 1 << 8) {
      put(Marker.BINARY_8, length);
    } else if (length < 1 << 20) {
      put(Marker.BINARY_20, length >> 16, length >> 8, length);
    } else {
      put(Marker.BINARY_32, length >> 24);
      put(length >> 16, length >> 8, length);
    }
    ensure(length);
    System.arraycopy(content, 0, bytes, next, length);
    next += length;
  }

  private void jid(Jid jid) {
    int domain = Jid.domain(jid.server());
    if (jid.device() == 0 && jid.integrator() == 0) {
      put(Marker.JID_PAIR);
      user(jid);
      string(jid.server());
    } else if (domain >= 0 && jid.device() <= 0xFF) {
      put(Marker.DEVICE_JID, domain, jid.device());
      user(jid);
    } else if (jid.server().equals(Jid.MESSENGER_SERVER)) {
      put(Marker.MESSENGER_JID);
      user(jid);
      put(jid.device() >> 8, jid.device());
      string(jid.server());
    } else if (jid.server().equals(Jid.INTEROP_SERVER)) {
      put(Marker.INTEROP_JID);
      user(jid);
      put(jid.device() >> 8, jid.device());
      put(jid.integrator() >> 8, jid.integrator());
      string(jid.server());
    } else {
      throw new IllegalArgumentException(
          "a stanza has no form for device " + jid.device() + " at " + jid.server());
    }
  }

  private void user(Jid jid) {
    if (jid.isServer()) {
      put(Marker.LIST_EMPTY);
    } else {
      string(jid.user());
    }
  }

  private void put(int a) {
    ensure(1);
    bytes[next++] = (byte) a;
  }

  private void put(int a, int b) {
    ensure(2);
    bytes[next++] = (byte) a;
    bytes[next++] = (byte) b;
  }

  private void put(int a, int b, int c) {
    ensure(3);
    bytes[next++] = (byte) a;
    bytes[next++] = (byte) b;
    bytes[next++] = (byte) c;
  }

  private void put(int a, int b, int c, int d) {
    put(a, b);
    put(c, d);
  }

  private void ensure(int more) {
    if (bytes.length - next < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(next, more)));
    }
  }
}
