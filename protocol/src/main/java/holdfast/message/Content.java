package holdfast.message;

/// What a message to be sent says. More kinds are added beside text.
public sealed interface Content {
  /// As in events and requests: `text`.
  String type();

  record Text(String text) implements Content {
    /// WhatsApp's own limit on the characters of one text.
    public static final int LIMIT = 65_536;

    @Override
    public String type() {
      return "text";
    }

    @Override
    public String toString() {
      return "Text[" + text.length() + " characters]";
    }
  }
}
