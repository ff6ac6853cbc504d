package holdfast.sandbox.world;

/// A request of the control interface that can't be carried out: an HTTP status, a reason in one
/// word, the field it concerns (or empty) and a sentence.
public final class Refused extends RuntimeException {
  private final int status;
  private final String reason;
  private final String field;

  public Refused(int status, String reason, String field, String detail) {
    super(detail);
    this.status = status;
    this.reason = reason;
    this.field = field;
  }

  public int status() {
    return status;
  }

  public String reason() {
    return reason;
  }

  public String field() {
    return field;
  }
}
