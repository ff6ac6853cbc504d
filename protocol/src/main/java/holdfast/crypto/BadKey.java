package holdfast.crypto;

/// A public key that can't be one: wrong length, wrong type byte, or a point of small order.
public final class BadKey extends RuntimeException {
  public BadKey(String message) {
    super(message);
  }
}
