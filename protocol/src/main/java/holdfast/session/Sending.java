package holdfast.session;

import holdfast.message.Outbox;
import holdfast.message.Placeholders;

/// Lets the outbox work when it may: connected, and the server's queue taken in or waited for long
/// enough.
final class Sending {
  private Sending() {}

  static void pump(Work work) {
    if (!work.isConnected() || !mayBegin(work)) {
      return;
    }
    if (!work.wire.backlog().resumed()) {
      var backlog = work.wire.backlog();
      work.wire = work.wire.with(new Wire.Backlog(backlog.due(), true, true));
      took(work, Outbox.resumed(work.context(), work.wire.outbox()));
    }
    took(work, Outbox.pump(work.context(), work.wire.outbox(), work.settings.pacing()));
    took(work, Placeholders.pump(work.context(), work.wire.placeholders()));
  }

  private static boolean mayBegin(Work work) {
    var backlog = work.wire.backlog();
    return backlog.over() || backlog.due().filter(due -> !due.isAfter(work.now)).isPresent();
  }

  static void took(Work work, Placeholders.Step step) {
    work.wire = work.wire.with(step.memory());
    work.apply(step.effects());
  }

  static void took(Work work, Outbox.Step step) {
    work.wire = work.wire.with(step.memory());
    work.apply(step.effects());
    if (step.connectionLost()) {
      work.life(new Life.Input.Ended(work.life().control().generation(), Ending.SENDS_UNANSWERED));
    }
  }
}
