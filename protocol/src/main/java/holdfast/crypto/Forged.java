package holdfast.crypto;

/// Bytes whose tag, MAC or padding doesn't fit: made under another key, damaged or tampered with.
public final class Forged extends RuntimeException {
  public Forged(String message) {
    super(message);
  }
}
