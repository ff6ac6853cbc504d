package holdfast.gateway.http;

/// `/docs/errors`: where the `type` of every problem points to. `docs/errors.md` says the same.
final class ErrorsPage {
  private ErrorsPage() {}

  static String html() {
    var body = new StringBuilder("<p><a href=\"/docs\">The API</a></p>\n");
    for (var problem : Problem.values()) {
      body.append(
          "<h3 id=\"%s\"><code>%s</code></h3>\n<p>%d: %s. %s</p>\n"
              .formatted(
                  problem.code(),
                  problem.code(),
                  problem.status(),
                  Html.prose(problem.title()),
                  Html.prose(remedy(problem))));
    }
    return Html.page("Problems", body.toString());
  }

  /// What whoever gets it can do. The compiler sees that none is forgotten.
  static String remedy(Problem problem) {
    return switch (problem) {
      case INVALID_REQUEST -> "Mend the request: `detail` and `errors` name the field.";
      case INVALID_PHONE_NUMBER -> "Give the number in international form, `+` and digits.";
      case UNFIT_AUTH_STATE -> "Pack the whole auth folder of a linked Baileys, and nothing else.";
      case UNAUTHORIZED -> "Send a key that isn't revoked, by `Authorization: Bearer`.";
      case FORBIDDEN -> "Use a key with the scope and for the tenant that this needs.";
      case NOT_FOUND -> "Check the path; `/docs` lists what there is.";
      case NO_SUCH_TENANT -> "Make the tenant first, or check its id.";
      case NO_SUCH_MESSAGE ->
          "Check the id, ours or WhatsApp's, and the tenant."
              + " What isn't on its way any more is kept for `message-retention`.";
      case NO_SUCH_KEY -> "List the keys: it may have been revoked already.";
      case NO_WEBHOOK -> "Set one, or take its absence as the answer.";
      case NO_SUCH_WEBHOOK -> "List the tenant's webhooks: it may have been removed.";
      case NO_SUCH_EVENT -> "Check the id and the tenant; old events are no longer kept.";
      case NO_SUCH_DEAD_LETTER -> "List the dead letters: it may have been replayed already.";
      case NO_QR -> "Start the tenant with `wait: qr`; a linked tenant has none.";
      case METHOD_NOT_ALLOWED -> "Check the method; `/docs` lists what there is.";
      case NOT_ACCEPTABLE -> "Ask for one of the forms that `detail` names.";
      case SENDING_IN_PROGRESS -> "Start it again in a moment; nothing is lost.";
      case ALREADY_LINKED -> "Log out first, or start with `forceRelink`.";
      case NOT_LINKED -> "Link the tenant first, by QR or by pairing code.";
      case TENANT_RUNNING -> "Stop the tenant first.";
      case CREDENTIALS_UNREADABLE ->
          "Bring back the store or the master key it was sealed with, or link the tenant anew.";
      case CANNOT_SEND -> "See `reason` and the status: a person must start or link it anew.";
      case TOO_MANY_WEBHOOKS -> "Remove one that isn't needed any more.";
      case TOO_MANY_REPLAYS -> "Let those that wait be delivered first.";
      case EVENTS_GONE ->
          "Begin again with `after=0` or at `oldest`, and look after what was missed.";
      case TOO_LATE -> "See its state: it is on its way, or at an end.";
      case TOO_LARGE -> "Send less.";
      case UNSUPPORTED_MEDIA_TYPE -> "Set `Content-Type: application/json`.";
      case IDEMPOTENCY_MISMATCH -> "Use a new key for a new request, an old one for the same.";
      case COOLING_DOWN -> "Wait `retryAfter` seconds, and find the other client of this link.";
      case BUSY -> "Try again after `retryAfter` seconds, or let it wait with `whenBusy: queue`.";
      case NEW_CHATS_LOCKED ->
          "Write to those who have written first, or wait: `newChatsLockedUntil` in the status.";
      case PACED -> "Try again after `retryAfter` seconds, or let it wait with `whenBusy: queue`.";
      case TOO_MANY_STREAMS -> "Close one, or pull the events.";
      case TOO_MANY_MOVES ->
          "Try again after `retryAfter` seconds: one of a tenant moves at a time, and at most three"
              + " of all.";
      case INTERNAL -> "Look into the gateway's log, and report it.";
      case START_FAILED -> "See `reason` and `disconnectCode`; the status says what comes next.";
      case START_IN_PROGRESS_FAILED -> "As for `start_failed`: somebody else's start was joined.";
      case LINKING_FAILED -> "See `reason`, and try again with a new QR or code.";
      case STORE_UNAVAILABLE -> "Repeat it with the same idempotency key; look after the disk.";
      case TIMED_OUT -> "Repeat it with the same idempotency key, or ask for the status.";
    };
  }
}
