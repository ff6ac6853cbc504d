package holdfast.gateway.http;

import java.util.Locale;

/// Everything that can be answered instead of what was asked for (RFC 9457). `code` in the body is
/// the name in lower case; the docs list each.
public enum Problem {
  INVALID_REQUEST(400, "the request can't be understood"),
  INVALID_PHONE_NUMBER(400, "invalid phone number"),
  UNFIT_AUTH_STATE(400, "this is no auth state that can be taken over"),
  UNAUTHORIZED(401, "a key is needed"),
  FORBIDDEN(403, "this key doesn't reach that"),
  NOT_FOUND(404, "there is nothing here"),
  NO_SUCH_TENANT(404, "there is no such tenant"),
  NO_SUCH_MESSAGE(404, "there is no such message"),
  NO_SUCH_KEY(404, "there is no such key"),
  NO_WEBHOOK(404, "the tenant has no webhook"),
  NO_SUCH_WEBHOOK(404, "there is no such webhook"),
  NO_SUCH_EVENT(404, "there is no such event"),
  NO_SUCH_DEAD_LETTER(404, "there is no such dead letter"),
  NO_QR(404, "there is no QR to scan now"),
  METHOD_NOT_ALLOWED(405, "this can't be done here"),
  NOT_ACCEPTABLE(406, "it isn't to be had in that form"),
  SENDING_IN_PROGRESS(409, "a message is still on its way on the old connection"),
  ALREADY_LINKED(409, "the tenant is linked already"),
  NOT_LINKED(409, "the tenant isn't linked"),
  TENANT_RUNNING(409, "the tenant is running"),
  CREDENTIALS_UNREADABLE(409, "the tenant's credentials can't be read"),
  CANNOT_SEND(409, "the tenant can't send in this state"),
  TOO_MANY_WEBHOOKS(409, "the tenant has as many webhooks as it may"),
  TOO_MANY_REPLAYS(409, "as many replays wait as may"),
  EVENTS_GONE(410, "events behind this cursor are no longer kept"),
  TOO_LATE(409, "the message can't be taken back any more"),
  TOO_LARGE(413, "the request is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "the body must be application/json"),
  IDEMPOTENCY_MISMATCH(409, "the idempotency key stands for another request"),
  COOLING_DOWN(423, "the session is cooling down after a conflict"),
  BUSY(423, "the session can't send at once"),
  NEW_CHATS_LOCKED(423, "WhatsApp lets this account begin no new chats now"),
  PACED(429, "the tenant's pace doesn't allow it now"),
  TOO_MANY_STREAMS(429, "as many streams are open as may be"),
  TOO_MANY_MOVES(429, "too many links are being imported or exported"),
  INTERNAL(500, "an error of ours"),
  START_FAILED(502, "the session couldn't be started"),
  START_IN_PROGRESS_FAILED(502, "the start that was under way failed"),
  LINKING_FAILED(502, "the account couldn't be linked"),
  STORE_UNAVAILABLE(503, "the store can't be used now"),
  TIMED_OUT(504, "the session didn't answer in time");

  private final int status;
  private final String title;

  Problem(int status, String title) {
    this.status = status;
    this.title = title;
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }

  String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
