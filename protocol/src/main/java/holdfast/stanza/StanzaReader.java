package holdfast.stanza;

import static holdfast.stanza.Marker.BINARY_20;
import static holdfast.stanza.Marker.BINARY_32;
import static holdfast.stanza.Marker.BINARY_8;
import static holdfast.stanza.Marker.DEVICE_JID;
import static holdfast.stanza.Marker.HEX_8;
import static holdfast.stanza.Marker.INTEROP_JID;
import static holdfast.stanza.Marker.JID_PAIR;
import static holdfast.stanza.Marker.LIST_16;
import static holdfast.stanza.Marker.LIST_8;
import static holdfast.stanza.Marker.LIST_EMPTY;
import static holdfast.stanza.Marker.MESSENGER_JID;
import static holdfast.stanza.Marker.NIBBLE_8;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/// Reads one element from bytes that nobody vouches for.
///
/// Every length is held against what is left before anything is allocated, and lists grow with
/// what has really been read, so memory stays proportional to the input.
final class StanzaReader {
  static final int MAX_DEPTH = 64;

  /// Far above the largest real stanza (the member lists of all groups of an account).
  static final int MAX_ELEMENTS = 1 << 19;

  /// The shortest element: a list marker, its size and a token.
  private static final int MIN_ELEMENT_BYTES = 3;

  /// Above so many attributes duplicates are looked for by hash.
  private static final int FEW = 16;

  private static final Attribute.Text NO_TEXT = new Attribute.Text("");
  private static final Element.Content NO_BYTES = new Element.Content.Bytes(new byte[0]);
  private static final byte[] NIBBLES = "0123456789-.".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;
  private final int end;
  private int next;
  private int elements;

  StanzaReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.next = from;
    this.end = end;
  }

  Element stanza() {
    var element = element(1);
    if (next != end) {
      throw new MalformedStanza((end - next) + " bytes after a stanza");
    }
    return element;
  }

  private Element element(int depth) {
    if (depth > MAX_DEPTH) {
      throw new MalformedStanza("elements nested deeper than " + MAX_DEPTH);
    }
    if (++elements > MAX_ELEMENTS) {
      throw new MalformedStanza("more than " + MAX_ELEMENTS + " elements");
    }
    int size = listSize(unsigned());
    if (size == 0 || size > end - next) {
      throw new MalformedStanza("an element of impossible size " + size);
    }
    var tag = string(unsigned());
    var attributes = attributes((size - 1) / 2);
    var content = size % 2 == 0 ? content(depth) : Element.Content.NONE;
    return new Element(tag, attributes, content);
  }

  private Attributes attributes(int count) {
    if (count == 0) {
      return Attributes.NONE;
    }
    var pairs = new Object[2 * count];
    var seen = count > FEW ? new HashSet<Object>() : null;
    for (int index = 0; index < pairs.length; index += 2) {
      var name = string(unsigned());
      boolean fresh = seen == null ? isFresh(name, pairs, index) : seen.add(name);
      if (name.isEmpty() || !fresh) {
        throw new MalformedStanza("an attribute without a name, or with that of another");
      }
      pairs[index] = name;
      pairs[index + 1] = value(unsigned());
    }
    return Attributes.ofPairs(pairs);
  }

  private static boolean isFresh(String name, Object[] pairs, int end) {
    for (int index = 0; index < end; index += 2) {
      if (pairs[index].equals(name)) {
        return false;
      }
    }
    return true;
  }

  private Attribute value(int marker) {
    if (marker == LIST_EMPTY) {
      return NO_TEXT;
    }
    if (marker < Tokens.FIRST_PAIR + 4) {
      return Tokens.text(code(marker));
    }
    if (isJid(marker)) {
      return jid(marker);
    }
    var text = string(marker);
    return text.isEmpty() ? NO_TEXT : new Attribute.Text(text);
  }

  private Element.Content content(int depth) {
    int marker = unsigned();
    return switch (marker) {
      case LIST_EMPTY, LIST_8, LIST_16 -> children(listSize(marker), depth);
      case BINARY_8, BINARY_20, BINARY_32 -> {
        int length = binaryLength(marker);
        next += length;
        yield length == 0
            ? NO_BYTES
            : new Element.Content.Bytes(Arrays.copyOfRange(bytes, next - length, next));
      }
      // Some peers write any text with an @ as a JID.
      case INTEROP_JID, MESSENGER_JID, DEVICE_JID, JID_PAIR ->
          new Element.Content.Text(jid(marker).toString());
      default -> new Element.Content.Text(string(marker));
    };
  }

  private Element.Content children(int count, int depth) {
    if (count == 0) {
      return Element.Content.Children.EMPTY;
    }
    if (count > (end - next) / MIN_ELEMENT_BYTES) {
      throw new MalformedStanza("a list of " + count + " in " + (end - next) + " bytes");
    }
    if (count == 1) {
      return new Element.Content.Children(List.of(element(depth + 1)));
    }
    var children = new Element[Math.min(count, FEW)];
    for (int index = 0; index < count; index++) {
      if (index == children.length) {
        children = Arrays.copyOf(children, Math.min(count, 2 * index));
      }
      children[index] = element(depth + 1);
    }
    return new Element.Content.Children(List.of(children));
  }

  private int listSize(int marker) {
    return switch (marker) {
      case LIST_EMPTY -> 0;
      case LIST_8 -> unsigned();
      case LIST_16 -> bigEndian(2);
      default -> throw new MalformedStanza("marker " + marker + " in place of a list");
    };
  }

  private String string(int marker) {
    if (marker == LIST_EMPTY) {
      return "";
    }
    if (marker < Tokens.FIRST_PAIR + 4) {
      return Tokens.word(code(marker));
    }
    return switch (marker) {
      case BINARY_8, BINARY_20, BINARY_32 -> {
        int length = binaryLength(marker);
        next += length;
        yield new String(bytes, next - length, length, StandardCharsets.UTF_8);
      }
      case NIBBLE_8 -> packed(NIBBLES);
      case HEX_8 -> packed(HEX);
      default -> throw new MalformedStanza("marker " + marker + " in place of a string");
    };
  }

  private int code(int marker) {
    return marker < Tokens.FIRST_PAIR
        ? marker
        : Tokens.pair(marker - Tokens.FIRST_PAIR, unsigned());
  }

  private int binaryLength(int marker) {
    int length =
        switch (marker) {
          case BINARY_8 -> unsigned();
          case BINARY_20 -> bigEndian(3) & 0xFFFFF;
          default -> bigEndian(4);
        };
    if (length < 0 || length > end - next) {
      throw new MalformedStanza("a length beyond the end");
    }
    return length;
  }

  /// Two signs a byte; the top bit of the length says that the last half byte is padding.
  private String packed(byte[] alphabet) {
    int header = unsigned();
    int packedLength = header & 0x7F;
    int length = 2 * packedLength - (header >> 7);
    if (length < 0 || packedLength > end - next) {
      throw new MalformedStanza("a packed string of impossible length");
    }
    var signs = new byte[length];
    for (int index = 0; index < length; index++) {
      int both = bytes[next + index / 2];
      int value = (index % 2 == 0 ? both >> 4 : both) & 0xF;
      if (value >= alphabet.length) {
        throw new MalformedStanza("a packed sign that stands for nothing");
      }
      signs[index] = alphabet[value];
    }
    next += packedLength;
    return new String(signs, StandardCharsets.ISO_8859_1);
  }

  private static boolean isJid(int marker) {
    return marker == JID_PAIR || (marker >= INTEROP_JID && marker <= DEVICE_JID);
  }

  private Jid jid(int marker) {
    return switch (marker) {
      case JID_PAIR -> pair(string(unsigned()), string(unsigned()));
      case DEVICE_JID -> {
        var server = server(unsigned());
        int device = unsigned();
        yield device(string(unsigned()), server, device, 0);
      }
      case MESSENGER_JID -> {
        var user = string(unsigned());
        int device = bigEndian(2);
        yield device(user, expected(Jid.MESSENGER_SERVER), device, 0);
      }
      default -> {
        var user = string(unsigned());
        int device = bigEndian(2);
        int integrator = bigEndian(2);
        yield device(user, expected(Jid.INTEROP_SERVER), device, integrator);
      }
    };
  }

  private static Jid pair(String user, String server) {
    return user.isEmpty() && server.equals(Jid.PHONE_SERVER)
        ? Jid.SERVER
        : Jid.received(user, server, 0, 0);
  }

  private static Jid device(String user, String server, int device, int integrator) {
    if (user.isEmpty()) {
      throw new MalformedStanza("a device without a user");
    }
    return Jid.received(user, server, device, integrator);
  }

  /// Unknown domains are read as the phone server, as every client does.
  private static String server(int domain) {
    return switch (domain) {
      case 1 -> Jid.LID_SERVER;
      case 128 -> Jid.HOSTED_SERVER;
      case 129 -> Jid.HOSTED_LID_SERVER;
      default -> Jid.PHONE_SERVER;
    };
  }

  private String expected(String server) {
    if (!string(unsigned()).equals(server)) {
      throw new MalformedStanza("a JID of " + server + " on another server");
    }
    return server;
  }

  private int bigEndian(int length) {
    int number = 0;
    for (int index = 0; index < length; index++) {
      number = (number << 8) | unsigned();
    }
    return number;
  }

  private int unsigned() {
    if (next >= end) {
      throw new MalformedStanza("a stanza that breaks off");
    }
    return bytes[next++] & 0xFF;
  }
}
