package holdfast.session;

import holdfast.message.Outbox;
import holdfast.message.SendRequest;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.step.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Routes what people ask of a session.
final class Commands {
  /// How long the server may take for a farewell.
  private static final Duration FAREWELL = Duration.ofSeconds(10);

  private Commands() {}

  static void take(Work work, Input input) {
    switch (input) {
      case Input.Start it ->
          work.life(new Life.Input.Start(it.caller(), it.until(), it.forceRelink()));
      case Input.Stop it -> work.life(new Life.Input.Stop(it.caller()));
      case Input.LogOut it -> logOut(work, it.caller());
      case Input.RequestCode it -> Linking.wishForCode(work, it);
      case Input.Send it -> send(work, it);
      case Input.GiveUpWaiting it -> {
        work.life(new Life.Input.GiveUp(it.caller()));
        Linking.giveUp(work, it.caller());
      }
      case Input.Restore _ -> work.life(new Life.Input.Restore());
      case Input.ShutDown it -> work.life(new Life.Input.ShutDown(it.caller()));
      case Input.Opened _, Input.Received _, Input.Closed _, Input.Alarm _ ->
          throw new IllegalStateException("not a command: " + input);
    }
  }

  /// Tells the server while it can be told; the link is forgotten when it has answered.
  private static void logOut(Work work, Caller caller) {
    if (!work.life().isLinked()) {
      work.life(new Life.Input.Stop(Linking.NOBODY));
      work.answer(caller, new Outcome.NotLinked());
    } else if (work.isConnected()) {
      var callers = new ArrayList<>(work.wire.unlinking());
      callers.add(caller);
      work.wire = work.wire.unlinkedFor(List.copyOf(callers));
      work.ask(
          new Query.RemoveDevice(),
          Element.of("iq")
              .with("to", Jid.SERVER)
              .with("type", "set")
              .with("xmlns", "md")
              .containing(
                  Element.of("remove-companion-device")
                      .with("jid", work.account().jid())
                      .with("reason", "user_initiated")),
          FAREWELL);
    } else {
      work.life(new Life.Input.Unlinked(caller));
    }
  }

  /// Whoever waited for the logout has it: the server ended the connection, or is done with it, or
  /// can't be told any more.
  static void connectionGone(Work work) {
    var callers = work.wire.unlinking();
    work.wire = work.wire.unlinkedFor(List.of());
    callers.forEach(caller -> work.life(new Life.Input.Unlinked(caller)));
  }

  private static void send(Work work, Input.Send send) {
    var refusal = refusal(work, send.request());
    if (refusal.isPresent()) {
      work.answer(send.caller(), refusal.get());
      return;
    }
    switch (Outbox.queue(
        work.draft, send.request(), work.life().control().account(), work.now, work.random)) {
      case Outbox.Queued.New it -> {
        work.answer(send.caller(), new Outcome.Accepted(it.row(), false));
        work.life(new Life.Input.Nudge());
      }
      case Outbox.Queued.Repeated it ->
          work.answer(send.caller(), new Outcome.Accepted(it.row(), true));
      case Outbox.Queued.Mismatch _ ->
          work.answer(send.caller(), new Outcome.IdempotencyMismatch());
    }
  }

  /// R18: after `logged_out` or `refused` no send is taken; else the caller decides whether it
  /// waits in the queue. A key
  /// that has its row already is answered with it, whatever the state.
  private static Optional<Outcome> refusal(Work work, SendRequest request) {
    var known = request.idempotencyKey().flatMap(key -> work.draft.outboundByIdempotencyKey(key));
    if (known.isPresent()) {
      return Optional.empty();
    }
    var word = work.life().phase().word();
    return switch (work.life().phase()) {
      case Phase.LoggedOut _, Phase.Refused _ ->
          Optional.of(new Outcome.SendRefused(word, Duration.ZERO));
      case Phase.Connected _ -> Optional.empty();
      case Phase phase when request.whenBusy() == SendRequest.WhenBusy.REFUSE ->
          Optional.of(new Outcome.SendRefused(word, untilNext(work, phase)));
      case Phase _ -> Optional.empty();
    };
  }

  private static Duration untilNext(Work work, Phase phase) {
    return switch (phase) {
      case Phase.Waiting it when it.until().isAfter(work.now) ->
          Duration.between(work.now, it.until());
      case Phase.Conflicted it -> it.left(work.now);
      case Phase _ -> Duration.ofSeconds(5);
    };
  }
}
