package holdfast.session;

import holdfast.message.NewChats;
import holdfast.message.Outbox;
import holdfast.message.SendRequest;
import holdfast.store.Outbound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes what people want sent, or taken back.
///
/// Whoever wants a refusal instead of a place in the queue waits for a recovery that is under way,
/// as long as its own patience lasts (R18).
final class Intake {
  /// As many may wait for a recovery at a time.
  private static final int MAX_PATIENT = 1024;

  /// A reconnect that is planned for later than this isn't waited for.
  private static final Duration NEAR = Duration.ofSeconds(30);

  private static final Duration SOON = Duration.ofSeconds(5);

  private Intake() {}

  static void send(Work work, Input.Send send) {
    var refusal = refusal(work, send.request());
    if (refusal.isEmpty()) {
      work.answer(send.caller(), queued(work, send.request()));
    } else if (isRecovering(work) && work.patient.size() < MAX_PATIENT) {
      work.patient.add(send);
      work.life(new Life.Input.Nudge(Life.Why.SEND));
    } else {
      work.answer(send.caller(), refusal.get());
    }
  }

  /// Each by itself: what is wrong with one is told of that one. None waits for a recovery.
  static void sendAll(Work work, Input.SendAll all) {
    var outcomes = new ArrayList<Outcome>();
    for (var request : all.requests()) {
      outcomes.add(
          refusal(work, request).<Outcome>map(it -> it).orElseGet(() -> queued(work, request)));
    }
    work.answer(all.caller(), new Outcome.AcceptedAll(List.copyOf(outcomes)));
  }

  static void cancel(Work work, Input.Cancel wish) {
    var cancelling = Outbox.cancel(work.draft, work.wire.outbox(), wish.id(), work.now);
    work.answer(
        wish.caller(),
        switch (cancelling) {
          case Outbox.Cancelling.Done it -> {
            work.wire = work.wire.with(it.memory());
            yield new Outcome.Cancelled(it.row());
          }
          case Outbox.Cancelling.TooLate it -> new Outcome.TooLate(it.row());
          case Outbox.Cancelling.Unknown _ -> new Outcome.NoSuchMessage();
        });
  }

  /// Those who wait for a recovery are told as soon as it has come to an end.
  static void recovered(Work work) {
    if (work.patient.isEmpty() || isRecovering(work)) {
      return;
    }
    var waiting = List.copyOf(work.patient);
    work.patient.clear();
    for (var send : waiting) {
      work.answer(
          send.caller(),
          refusal(work, send.request())
              .<Outcome>map(it -> it)
              .orElseGet(() -> queued(work, send.request())));
    }
  }

  static void giveUp(Work work, Caller caller) {
    for (var send : List.copyOf(work.patient)) {
      if (send.caller().equals(caller)) {
        work.patient.remove(send);
        work.answer(
            caller,
            refusal(work, send.request())
                .<Outcome>map(it -> it)
                .orElseGet(() -> queued(work, send.request())));
      }
    }
  }

  private static Outcome queued(Work work, SendRequest request) {
    var account = work.life().control().account();
    return switch (Outbox.queue(work.draft, request, account, work.now, work.random)) {
      case Outbox.Queued.New it -> {
        if (it.row().state() == Outbound.State.QUEUED) {
          work.life(new Life.Input.Nudge(Life.Why.SEND));
        }
        yield new Outcome.Accepted(it.row(), false);
      }
      case Outbox.Queued.Repeated it -> new Outcome.Accepted(it.row(), true);
      case Outbox.Queued.Mismatch _ -> new Outcome.IdempotencyMismatch();
      case Outbox.Queued.Untimely it -> new Outcome.Untimely(it.reason());
    };
  }

  /// R18: after `logged_out` or `refused` no send is taken; else the caller decides whether it
  /// waits in the queue. A key that has its row already is answered with it, whatever the state.
  private static Optional<Outcome.SendRefused> refusal(Work work, SendRequest request) {
    var known = request.idempotencyKey().flatMap(key -> work.draft.outboundByIdempotencyKey(key));
    if (known.isPresent()) {
      return Optional.empty();
    }
    var phase = work.life().phase();
    if (phase instanceof Phase.LoggedOut || phase instanceof Phase.Refused) {
      return Optional.of(new Outcome.SendRefused(phase.word(), Duration.ZERO));
    }
    boolean waits =
        request.whenBusy() == SendRequest.WhenBusy.QUEUE || request.sendAt().isPresent();
    return waits ? Optional.empty() : busy(work, request);
  }

  private static Optional<Outcome.SendRefused> busy(Work work, SendRequest request) {
    var phase = work.life().phase();
    if (!(phase instanceof Phase.Connected)) {
      return Optional.of(new Outcome.SendRefused(phase.word(), untilNext(work, phase)));
    }
    var context = work.context();
    var locked = NewChats.locked(context);
    if (locked.isPresent() && NewChats.isStranger(context, request.to())) {
      return Optional.of(
          new Outcome.SendRefused(NewChats.LOCKED, Duration.between(work.now, locked.get())));
    }
    return paced(work);
  }

  /// Those who wait in the queue have what the window allows before it.
  private static Optional<Outcome.SendRefused> paced(Work work) {
    var pacing = work.settings.pacing();
    int allowance = pacing.allowance(work.draft, work.now);
    boolean free =
        allowance == Integer.MAX_VALUE
            || work.draft.outboundIn(Outbound.State.QUEUED, allowance + 1).size() < allowance;
    if (free) {
      return Optional.empty();
    }
    var next = pacing.freed(work.draft, work.now);
    return Optional.of(new Outcome.SendRefused("paced", Duration.between(work.now, next)));
  }

  /// Whether the session is on its way back to where it can send.
  private static boolean isRecovering(Work work) {
    return work.life().isLinked() && isRecovering(work, work.life().phase());
  }

  private static boolean isRecovering(Work work, Phase phase) {
    return switch (phase) {
      case Phase.Connecting _, Phase.Verifying _, Phase.Restarting _ -> true;
      case Phase.Waiting it -> !it.until().isAfter(work.now.plus(NEAR));
      case Phase.Closing it -> isRecovering(work, it.next());
      case Phase.Connected _, Phase.Stopped _, Phase.Conflicted _ -> false;
      case Phase.AwaitingScan _, Phase.AwaitingCode _ -> false;
      case Phase.LoggedOut _, Phase.Refused _ -> false;
    };
  }

  private static Duration untilNext(Work work, Phase phase) {
    return switch (phase) {
      case Phase.Waiting it when it.until().isAfter(work.now) ->
          Duration.between(work.now, it.until());
      case Phase.Conflicted it -> it.left(work.now);
      case Phase _ -> SOON;
    };
  }
}
