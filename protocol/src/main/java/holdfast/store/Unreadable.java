package holdfast.store;

/// A stored record that is missing where it must be, or can't be read back: damaged, or of another
/// version. Taken for "there is none" only where [Draft] says so.
public final class Unreadable extends RuntimeException {
  public Unreadable() {
    super("a stored record is missing or can't be read");
  }

  Unreadable(Throwable why) {
    super("a stored record can't be read", why);
  }
}
