package holdfast.gateway.store;

/// The store can't be used as it is, and nothing but an operator can change that. The message is
/// one line and says what to do.
public sealed class StoreRefused extends RuntimeException {
  public StoreRefused(String message) {
    super(message);
  }

  public StoreRefused(String message, Throwable cause) {
    super(message, cause);
  }

  /// Another process has it.
  public static final class Held extends StoreRefused {
    Held(String message) {
      super(message);
    }
  }
}
