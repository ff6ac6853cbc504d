package holdfast.session;

import holdfast.stanza.Element;
import holdfast.stanza.Stanza;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Why a connection ends, classified (R14): what follows from it depends on `kind` alone.
///
/// `code`: WhatsApp's, or the field's usual one for local causes. `reason`: a word of ours. `text`:
/// what was said beside it.
public record Ending(Kind kind, int code, String reason, String text) {
  /// What follows, under the `managed` policy.
  public enum Kind {
    /// 515: reopen once with the same credentials (R13).
    RESTART,
    /// The network is away: nobody answered.
    UNREACHABLE,
    /// The server answered, and ended it: back off.
    LOST,
    /// Another connection of this device took its place (R16).
    CONFLICT,
    /// The link is gone (R17).
    LOGGED_OUT,
    /// The server won't have this account or this client; nothing to retry.
    REFUSED,
    /// Refused, and the link is of no use any more: its credentials are put aside.
    BARRED,
    /// The client revision is too old (R41).
    OUTDATED,
    /// No person scanned or typed the code in time, or nobody wants it any more.
    EXPIRED
  }

  /// R41: what an operator can do. The server says nothing of use beside the code.
  private static final String OUTDATED_ADVICE =
      "WhatsApp takes the claimed revision of WhatsApp Web no more; it is refreshed and tried once,"
          + " and if that is refused too, update Holdfast or set a newer `revision`, then start";

  /// Whether it says something of the link itself, and not only that its connection is gone.
  boolean isOfTheLink() {
    return switch (kind) {
      case CONFLICT, LOGGED_OUT, REFUSED, BARRED, OUTDATED -> true;
      case RESTART, UNREACHABLE, LOST, EXPIRED -> false;
    };
  }

  static final Ending TIMED_OUT = new Ending(Kind.LOST, 408, "timed_out", "");
  static final Ending KEEP_ALIVE_LOST = new Ending(Kind.LOST, 408, "keep_alive_lost", "");
  static final Ending CODES_EXPIRED = new Ending(Kind.EXPIRED, 408, "qr_expired", "");
  static final Ending PROBE_FAILED = new Ending(Kind.LOST, 408, "probe_failed", "");
  static final Ending SENDS_UNANSWERED = new Ending(Kind.LOST, 408, "sends_unanswered", "");
  static final Ending STOPPED = new Ending(Kind.EXPIRED, 0, "stopped", "");
  static final Ending SHUT_DOWN = new Ending(Kind.EXPIRED, 0, "shut_down", "");
  static final Ending RESTARTED =
      new Ending(
          Kind.EXPIRED, 0, "restarted", "the pairing wasn't finished when the process ended");

  static final Ending UNLINKED = new Ending(Kind.LOGGED_OUT, 401, "logged_out", "by the user");
  static final Ending WRONG_ACCOUNT =
      new Ending(
          Kind.REFUSED,
          401,
          "wrong_account",
          "the server names another account than the linked one");

  static final Ending CREDENTIALS_UNREADABLE =
      new Ending(
          Kind.REFUSED,
          0,
          "credentials_unreadable",
          "the stored credentials are missing or cannot be read");

  static Ending pairingRefused(String reason) {
    return new Ending(Kind.EXPIRED, 401, "pairing_" + reason.replace('-', '_'), "");
  }

  /// Whether nothing more was said than that the connection is over.
  boolean isMereClose() {
    return kind == Kind.LOST && code == 428;
  }

  Ending asExpired() {
    return new Ending(CODES_EXPIRED.kind, CODES_EXPIRED.code, CODES_EXPIRED.reason, text);
  }

  /// What the transport saw. `text` is its own word for it.
  static Ending of(Input.Cause cause, String text) {
    return switch (cause) {
      case UNREACHABLE -> new Ending(Kind.UNREACHABLE, 408, "unreachable", text);
      case PROXY -> new Ending(Kind.UNREACHABLE, 408, "proxy_failed", text);
      case HANDSHAKE -> new Ending(Kind.LOST, 500, "handshake_failed", text);
      case MALFORMED -> new Ending(Kind.LOST, 500, "malformed", text);
      case LOST, CLOSED -> new Ending(Kind.LOST, 428, "connection_closed", text);
    };
  }

  static Ending of(Stanza.StreamError error) {
    if (error.conflict().equals(Optional.of("device_removed"))) {
      return new Ending(Kind.LOGGED_OUT, 401, "device_removed", "");
    }
    if (error.conflict().isPresent()) {
      return new Ending(Kind.CONFLICT, 440, "conflict_replaced", error.conflict().get());
    }
    int code = error.code().orElse(500);
    return switch (code) {
      case 515 -> new Ending(Kind.RESTART, 515, "restart_required", "");
      case 516 -> new Ending(Kind.LOGGED_OUT, 516, "logged_out", "");
      case 401 -> new Ending(Kind.LOGGED_OUT, 401, "logged_out", "");
      case 503 -> new Ending(Kind.LOST, 503, "unavailable", "");
      default -> new Ending(Kind.LOST, code, "stream_error", firstChild(error.element()));
    };
  }

  /// What a login was answered with at `now`: a ban's end is told as seconds from then.
  static Ending of(Stanza.Failure failure, Instant now) {
    var text = failure.message().orElse("");
    return switch (failure.code()) {
      case 401 -> new Ending(Kind.LOGGED_OUT, 401, "logged_out", text);
      case 402 -> new Ending(Kind.REFUSED, 402, "banned_for_a_time", banEnd(failure, now));
      case 403 -> new Ending(Kind.BARRED, 403, "forbidden", text);
      case 405 -> new Ending(Kind.OUTDATED, 405, "client_outdated", OUTDATED_ADVICE);
      case 406 -> new Ending(Kind.BARRED, 406, "banned", text);
      case 500, 503 -> new Ending(Kind.LOST, failure.code(), "unavailable", text);
      default -> new Ending(Kind.REFUSED, failure.code(), "refused", text);
    };
  }

  /// `<ib><downgrade_webclient/>`: the phone doesn't do multi-device.
  static Ending multiDeviceMismatch() {
    return new Ending(Kind.REFUSED, 411, "multi_device_mismatch", "");
  }

  static Ending streamEnd() {
    return new Ending(Kind.LOST, 428, "stream_ended", "");
  }

  private static String banEnd(Stanza.Failure failure, Instant now) {
    return failure
        .expiresIn()
        .map(time -> "until " + now.plus(time).truncatedTo(ChronoUnit.SECONDS))
        .or(failure::message)
        .orElse("");
  }

  private static String firstChild(Element element) {
    return Optional.of(element).flatMap(Element::firstChild).map(Element::tag).orElse("");
  }
}
