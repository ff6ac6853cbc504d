package holdfast.message;

/// Why the server doesn't take a message, by its code (protocol page 05 § 3), as the `failure` of a
/// row.
final class Refusals {
  private static final int STALE_ADDRESSING = 421;
  private static final int INVALID_STANZA = 479;

  private Refusals() {}

  static String name(int code) {
    return switch (code) {
      case 400 -> "bad_request";
      case 401 -> "not_authorized";
      case 403 -> "forbidden";
      case 404 -> "not_found";
      case 406 -> "not_acceptable";
      case 408 -> "timed_out";
      case STALE_ADDRESSING -> "stale_group_addressing";
      case 429 -> "rate_limited";
      case 463 -> "restricted";
      case 475 -> "message_capping";
      case INVALID_STANZA -> "invalid_stanza";
      case 500 -> "server_error";
      case 503 -> "unavailable";
      default -> "refused_" + code;
    };
  }

  /// Whether what we believe of the recipients is to be asked anew.
  static boolean isStale(int code) {
    return code == STALE_ADDRESSING || code == INVALID_STANZA;
  }

  /// A group that can't be looked into is one that we aren't in.
  static boolean isOutside(int code) {
    return switch (code) {
      case 401, 403, 404, 406, 410 -> true;
      default -> false;
    };
  }
}
