package holdfast.simulation;

/// Something that always holds doesn't.
final class Broken extends AssertionError {
  private static final long serialVersionUID = 1;

  Broken(String what) {
    super(what);
  }
}
