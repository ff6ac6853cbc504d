package holdfast.session;

import holdfast.message.Outbox;

/// One alarm a session: when it rings, each part looks at the time (design § 2).
final class Alarms {
  private Alarms() {}

  static void ring(Work work) {
    work.life(new Life.Input.Alarm());
    if (work.life().owned().isEmpty()) {
      return;
    }
    Login.overdue(work);
    var sendDue = work.wire.outbox().deadline().filter(due -> !due.isAfter(work.now));
    if (sendDue.isPresent() && work.isConnected()) {
      Sending.took(work, Outbox.deadlinePassed(work.context(), work.wire.outbox()));
    }
  }
}
