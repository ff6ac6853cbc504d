package holdfast.session;

import holdfast.message.Outbox;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/// One alarm a session: when it rings, each part looks at the time (design § 2).
final class Alarms {
  private Alarms() {}

  static void ring(Work work) {
    work.life(new Life.Input.Alarm());
    if (!work.life().isOpen()) {
      return;
    }
    Login.overdue(work);
    work.wire = work.wire.with(work.wire.backlog().at(work.now));
    var sendDue = work.wire.outbox().deadline().filter(due -> !due.isAfter(work.now));
    if (sendDue.isPresent() && work.isConnected()) {
      Sending.took(work, Outbox.deadlinePassed(work.context(), work.wire.outbox()));
    }
  }

  /// What of the connection has a time: exactly what [#ring] moves on, for a deadline that stays in
  /// the past would ring for ever.
  static Stream<Instant> deadlines(Life life, Wire wire) {
    if (!life.isOpen()) {
      return Stream.empty();
    }
    boolean connected = life.phase() instanceof Phase.Connected;
    var none = Optional.<Instant>empty();
    return Stream.of(
            wire.queries().deadline(),
            wire.backlog().deadline(),
            connected ? wire.outbox().deadline() : none,
            connected ? wire.placeholders().due() : none)
        .flatMap(Optional::stream);
  }
}
