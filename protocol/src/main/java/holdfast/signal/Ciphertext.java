package holdfast.signal;

/// What goes into an `enc` element.
public record Ciphertext(Type type, byte[] bytes) {
  public enum Type {
    /// A ratchet message.
    MSG,
    /// A ratchet message that carries the sender's half of X3DH.
    PKMSG,
    /// A sender-key message.
    SKMSG;

    /// As in the `type` attribute: `msg`, `pkmsg`, `skmsg`.
    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
