package holdfast.stanza;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A tag with ordered attributes and content: the unit of WhatsApp's binary XML. A value.
///
/// Built by `Element.of("iq").with("type", "get").with("to",
/// Jid.SERVER).containing(Element.of("ping"))`.
/// The string form of an attribute is text, never a JID, even with an `@` in it; JIDs are given as
/// [Jid].
/// [#toString] names tags, attributes and the LENGTH of bytes, never their content.
public record Element(String tag, Map<String, Attribute> attributes, Content content) {
  public sealed interface Content {
    record None() implements Content {}

    record Children(List<Element> elements) implements Content {}

    record Bytes(byte[] bytes) implements Content {}

    record Text(String text) implements Content {}
  }

  public static Element of(String tag) {
    throw new UnsupportedOperationException();
  }

  public Element with(String name, String value) {
    throw new UnsupportedOperationException();
  }

  public Element with(String name, long value) {
    throw new UnsupportedOperationException();
  }

  public Element with(String name, Jid value) {
    throw new UnsupportedOperationException();
  }

  /// Sets the attribute when there is a value; else returns this element.
  public Element with(String name, Optional<? extends Attribute> value) {
    throw new UnsupportedOperationException();
  }

  public Element without(String name) {
    throw new UnsupportedOperationException();
  }

  public Element containing(Element... children) {
    throw new UnsupportedOperationException();
  }

  public Element containing(List<Element> children) {
    throw new UnsupportedOperationException();
  }

  public Element containing(byte[] bytes) {
    throw new UnsupportedOperationException();
  }

  /// The text's UTF-8 bytes, as byte content (the form that every client reads).
  public Element containing(String text) {
    throw new UnsupportedOperationException();
  }

  /// The attribute's text; a JID's text form when it is one.
  public Optional<String> attribute(String name) {
    throw new UnsupportedOperationException();
  }

  /// @throws MalformedStanza when it isn't there
  public String require(String name) {
    throw new UnsupportedOperationException();
  }

  /// A JID, also from a text that is one. @throws MalformedStanza when the text is no JID
  public Optional<Jid> jid(String name) {
    throw new UnsupportedOperationException();
  }

  public Jid requireJid(String name) {
    throw new UnsupportedOperationException();
  }

  /// A decimal number. @throws MalformedStanza when it isn't one
  public Optional<Long> number(String name) {
    throw new UnsupportedOperationException();
  }

  public boolean is(String tagName) {
    return tag.equals(tagName);
  }

  public Optional<Element> child(String childTag) {
    throw new UnsupportedOperationException();
  }

  public Element requireChild(String childTag) {
    throw new UnsupportedOperationException();
  }

  /// Empty when the content isn't elements.
  public List<Element> children() {
    throw new UnsupportedOperationException();
  }

  public List<Element> children(String childTag) {
    throw new UnsupportedOperationException();
  }

  public Optional<Element> firstChild() {
    throw new UnsupportedOperationException();
  }

  /// Byte content, or a text's UTF-8; empty array when there is neither.
  public byte[] bytes() {
    throw new UnsupportedOperationException();
  }

  /// Exactly `length` bytes. @throws MalformedStanza otherwise
  public byte[] bytes(int length) {
    throw new UnsupportedOperationException();
  }

  /// Byte content as UTF-8, or the text; empty when there is neither.
  public String text() {
    throw new UnsupportedOperationException();
  }

  /// Byte content as an unsigned big-endian number (ids of 3 bytes, registration ids of 4). At most
  /// 4 bytes.
  public long bigEndian() {
    throw new UnsupportedOperationException();
  }
}
