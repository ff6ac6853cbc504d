package holdfast.gateway;

/// A setting that can't be understood or followed: one line that names it and says what is wrong.
public final class BadSettings extends RuntimeException {
  public BadSettings(String message) {
    super(message);
  }
}
