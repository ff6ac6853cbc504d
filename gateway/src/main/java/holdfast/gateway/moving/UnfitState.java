package holdfast.gateway.moving;

/// What was brought can't be taken in. The message is one line that names the file and what is
/// wrong with it, and never quotes what stands in it.
public final class UnfitState extends RuntimeException {
  public UnfitState(String message) {
    super(message);
  }

  UnfitState(String file, String what) {
    super(file + ": " + what);
  }
}
