package holdfast.simulation;

/// What can go wrong, and where it does.
enum Fault {
  /// Nobody answers, the handshake fails, nothing is ever heard, no descriptor is left.
  UNREACHABLE(Place.OPENING),
  HANDSHAKE(Place.OPENING),
  SILENT(Place.OPENING),
  NO_DESCRIPTOR(Place.OPENING),

  /// The connection ends, or goes on without carrying anything, or carries it late.
  CUT(Place.LINK),
  HALF_OPEN(Place.LINK),
  DELAY(Place.LINK),
  GARBAGE(Place.LINK),
  LOST_DOWN(Place.FRAME_DOWN),
  LOST_UP(Place.FRAME_UP),
  DOUBLED_DOWN(Place.FRAME_DOWN),
  DOUBLED_UP(Place.FRAME_UP),
  REORDERED(Place.FRAME_DOWN),

  /// The end of a connection is told late, or something is said after it.
  SLOW_END(Place.ENDING),
  LATE_WORD(Place.ENDING),

  /// The login is refused with this code, or answered for another account.
  FAILURE_401(Place.LOGIN),
  FAILURE_402(Place.LOGIN),
  FAILURE_403(Place.LOGIN),
  FAILURE_405(Place.LOGIN),
  FAILURE_406(Place.LOGIN),
  FAILURE_418(Place.LOGIN),
  FAILURE_500(Place.LOGIN),
  FAILURE_503(Place.LOGIN),
  WRONG_ACCOUNT(Place.LOGIN),

  /// The server ends the stream, for this reason.
  STREAM_515(Place.STREAM),
  STREAM_516(Place.STREAM),
  STREAM_500(Place.STREAM),
  STREAM_503(Place.STREAM),
  STREAM_END(Place.STREAM),
  DEVICE_REMOVED(Place.STREAM),
  DOWNGRADE_411(Place.STREAM),
  CONFLICT(Place.STREAM),

  /// The server says something for a second time, out of turn.
  SECOND_SUCCESS(Place.STREAM),
  SECOND_REFS(Place.STREAM),

  /// Another client logs in with our credentials and comes back when it is thrown out.
  RIVAL(Place.STREAM),

  /// The server goes on, and doesn't do its part.
  MUTE(Place.SERVER),
  ACKS_WITHHELD(Place.SERVER),
  PREKEYS_REFUSED(Place.ANSWER),
  ACTIVE_REFUSED(Place.ANSWER),
  PING_REFUSED(Place.ANSWER),

  /// The store can't write, or can't read, or another owner has taken the tenant over.
  COMMIT_FAILS(Place.STORE),
  READ_FAILS(Place.STORE),
  STALE_EPOCH(Place.STORE),

  /// The process ends between two effects, or its machine does, or it is restarted in order.
  CRASH(Place.PROCESS),
  POWER_LOSS(Place.PROCESS),
  ORDERLY_RESTART(Place.PROCESS),

  LATE_ALARM(Place.ALARM),

  /// No thread is free for a while: what happens meanwhile is taken all at once.
  BUSY(Place.MAILBOX);

  enum Place {
    OPENING,
    LINK,
    FRAME_DOWN,
    FRAME_UP,
    ENDING,
    LOGIN,
    STREAM,
    SERVER,
    ANSWER,
    STORE,
    PROCESS,
    ALARM,
    MAILBOX
  }

  private final Place place;

  Fault(Place place) {
    this.place = place;
  }

  Place place() {
    return place;
  }
}
