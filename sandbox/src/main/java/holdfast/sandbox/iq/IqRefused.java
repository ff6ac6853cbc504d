package holdfast.sandbox.iq;

/// An iq that is answered with an error (protocol page 03 § 6).
public final class IqRefused extends RuntimeException {
  private final int code;

  private IqRefused(int code, String text) {
    super(text);
    this.code = code;
  }

  public int code() {
    return code;
  }

  /// On demand, with any code.
  static IqRefused asked(int code) {
    return new IqRefused(code, code == 503 ? "service-unavailable" : "refused");
  }

  static IqRefused badRequest() {
    return new IqRefused(400, "bad-request");
  }

  static IqRefused forbidden() {
    return new IqRefused(403, "forbidden");
  }

  static IqRefused notFound() {
    return new IqRefused(404, "item-not-found");
  }

  static IqRefused notImplemented() {
    return new IqRefused(501, "feature-not-implemented");
  }
}
