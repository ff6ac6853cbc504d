package holdfast.stanza;

/// Bytes that are no stanza, or a stanza without what its meaning needs. Caught in one place,
/// counted and dropped.
public final class MalformedStanza extends RuntimeException {
  public MalformedStanza(String message) {
    super(message);
  }
}
