package holdfast.stanza;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A tag with ordered attributes and content: the unit of WhatsApp's binary XML. A value.
///
/// Built by `Element.of("iq").with("type", "get").with("to", Jid.SERVER).containing(ping)`.
/// The string form of an attribute is text, never a JID, even with an `@` in it; JIDs are given as
/// [Jid]. The arrays of byte content are shared, never copied: nobody writes to them.
///
/// Readers throw [MalformedStanza] where something isn't what they ask for.
public record Element(String tag, Map<String, Attribute> attributes, Content content) {
  private static final byte[] NO_BYTES = {};

  /// Some three thousand years ahead; what is above counts in another unit.
  private static final long LAST_SECOND = 100_000_000_000L;

  public sealed interface Content {
    Content NONE = new None();

    record None() implements Content {}

    record Children(List<Element> elements) implements Content {
      static final Children EMPTY = new Children(List.of());

      public Children {
        elements = List.copyOf(elements);
      }
    }

    record Bytes(byte[] bytes) implements Content {
      @Override
      public boolean equals(@Nullable Object other) {
        return other instanceof Bytes(var others) && Arrays.equals(bytes, others);
      }

      @Override
      public int hashCode() {
        return Arrays.hashCode(bytes);
      }

      @Override
      public String toString() {
        return bytes.length + " bytes";
      }
    }

    record Text(String text) implements Content {
      @Override
      public String toString() {
        return text.length() + " characters";
      }
    }
  }

  public Element {
    if (tag.isEmpty()) {
      throw new MalformedStanza("an element without a tag");
    }
    attributes = Attributes.copyOf(attributes);
  }

  public static Element of(String tag) {
    return new Element(tag, Attributes.NONE, Content.NONE);
  }

  public Element with(String name, String value) {
    return with(name, new Attribute.Text(value));
  }

  public Element with(String name, long value) {
    return with(name, new Attribute.Text(Long.toString(value)));
  }

  public Element with(String name, Jid value) {
    return with(name, (Attribute) value);
  }

  /// Sets the attribute when there is a value; else returns this element.
  public Element with(String name, Optional<? extends Attribute> value) {
    return value.isPresent() ? with(name, value.get()) : this;
  }

  private Element with(String name, Attribute value) {
    return new Element(tag, pairs().with(name, value), content);
  }

  public Element without(String name) {
    return new Element(tag, pairs().without(name), content);
  }

  public Element containing(Element... children) {
    return containing(List.of(children));
  }

  public Element containing(List<Element> children) {
    return new Element(tag, attributes, new Content.Children(children));
  }

  public Element containing(byte[] bytes) {
    return new Element(tag, attributes, new Content.Bytes(bytes));
  }

  /// The text's UTF-8 bytes, as byte content (the form that every client reads).
  public Element containing(String text) {
    return containing(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The attribute's text; a JID's text form when it is one.
  public Optional<String> attribute(String name) {
    return Optional.ofNullable(attributes.get(name)).map(Attribute::toString);
  }

  /// @throws MalformedStanza when it isn't there
  public String require(String name) {
    return attribute(name).orElseThrow(() -> lacks(name));
  }

  /// A JID, also from a text that is one. The bare name of a server stands for the server's own
  /// JID: some peers write it so. @throws MalformedStanza when the text is no JID
  public Optional<Jid> jid(String name) {
    return Optional.ofNullable(attributes.get(name)).map(value -> asJid(name, value));
  }

  public Jid requireJid(String name) {
    return jid(name).orElseThrow(() -> lacks(name));
  }

  /// A JID where one that can't be read is as good as none.
  Optional<Jid> readableJid(String name) {
    return switch (attributes.get(name)) {
      case null -> Optional.empty();
      case Jid jid -> Optional.of(jid);
      case Attribute.Text text -> Jid.tryParse(text.value());
    };
  }

  private Jid asJid(String name, Attribute value) {
    return switch (value) {
      case Jid jid -> jid;
      case Attribute.Text text when text.value().equals(Jid.PHONE_SERVER) -> Jid.SERVER;
      case Attribute.Text text when text.value().equals(Jid.GROUP_SERVER) -> Jid.GROUPS;
      case Attribute.Text text ->
          Jid.tryParse(text.value()).orElseThrow(() -> unfit(name, "a JID"));
    };
  }

  /// A decimal number. @throws MalformedStanza when it isn't one
  public Optional<Long> number(String name) {
    return attribute(name).map(text -> asNumber(name, text));
  }

  private long asNumber(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw unfit(name, "a number");
    }
  }

  /// Seconds since 1970. @throws MalformedStanza when it isn't a time of our days
  public Optional<Instant> time(String name) {
    return number(name).map(seconds -> asTime(name, seconds));
  }

  private Instant asTime(String name, long seconds) {
    if (seconds < 0 || seconds > LAST_SECOND) {
      throw unfit(name, "a time");
    }
    return Instant.ofEpochSecond(seconds);
  }

  public boolean is(String tagName) {
    return tag.equals(tagName);
  }

  public Optional<Element> child(String childTag) {
    for (var child : children()) {
      if (child.is(childTag)) {
        return Optional.of(child);
      }
    }
    return Optional.empty();
  }

  public Element requireChild(String childTag) {
    return child(childTag).orElseThrow(() -> malformed("lacks <" + childTag + ">"));
  }

  /// Empty when the content isn't elements.
  public List<Element> children() {
    return content instanceof Content.Children(var elements) ? elements : List.of();
  }

  public List<Element> children(String childTag) {
    return children().stream().filter(child -> child.is(childTag)).toList();
  }

  public Optional<Element> firstChild() {
    var children = children();
    return children.isEmpty() ? Optional.empty() : Optional.of(children.getFirst());
  }

  /// Byte content, or a text's UTF-8; empty array when there is neither.
  public byte[] bytes() {
    return switch (content) {
      case Content.Bytes(byte[] bytes) -> bytes;
      case Content.Text(String text) -> text.getBytes(StandardCharsets.UTF_8);
      case Content.None _, Content.Children _ -> NO_BYTES;
    };
  }

  /// Exactly `length` bytes. @throws MalformedStanza otherwise
  public byte[] bytes(int length) {
    var bytes = bytes();
    if (bytes.length != length) {
      throw malformed("has " + bytes.length + " bytes in place of " + length);
    }
    return bytes;
  }

  /// Byte content as UTF-8, or the text; empty when there is neither.
  public String text() {
    return switch (content) {
      case Content.Bytes(byte[] bytes) -> new String(bytes, StandardCharsets.UTF_8);
      case Content.Text(String text) -> text;
      case Content.None _, Content.Children _ -> "";
    };
  }

  /// Byte content as an unsigned big-endian number (ids of 3 bytes, registration ids of 4). 1 to 4
  /// bytes. @throws MalformedStanza for another length
  public long bigEndian() {
    var bytes = bytes();
    if (bytes.length == 0 || bytes.length > 4) {
      throw malformed("has " + bytes.length + " bytes, no number");
    }
    long number = 0;
    for (byte next : bytes) {
      number = (number << 8) | (next & 0xFF);
    }
    return number;
  }

  /// Tags, the names of attributes, the values of those that name no person, and the LENGTH of
  /// other content: fit for a log.
  @Override
  public String toString() {
    return Outline.of(this);
  }

  Attributes pairs() {
    return (Attributes) attributes;
  }

  private MalformedStanza lacks(String name) {
    return malformed("lacks " + name);
  }

  private MalformedStanza unfit(String name, String wanted) {
    return malformed("has a " + name + " that is not " + wanted);
  }

  MalformedStanza malformed(String how) {
    return new MalformedStanza("<" + Outline.printable(tag) + "> " + how);
  }
}
