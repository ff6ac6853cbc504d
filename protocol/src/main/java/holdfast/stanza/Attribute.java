package holdfast.stanza;

/// The value of an attribute: the wire tells a JID from a text, and readers depend on it.
public sealed interface Attribute permits Attribute.Text, Jid {
  record Text(String value) implements Attribute {
    @Override
    public String toString() {
      return value;
    }
  }
}
