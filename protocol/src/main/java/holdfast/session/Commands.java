package holdfast.session;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.step.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Routes what people ask of a session.
final class Commands {
  /// How long the server may take for a farewell.
  private static final Duration FAREWELL = Duration.ofSeconds(10);

  private static final Outcome SENDING_IN_PROGRESS =
      new Outcome.StartFailed("sending_in_progress", 0, "", false);

  private Commands() {}

  static void take(Work work, Input input) {
    switch (input) {
      case Input.Start it when isSending(work, it) -> work.answer(it.caller(), SENDING_IN_PROGRESS);
      case Input.Start it ->
          work.life(new Life.Input.Start(it.caller(), it.until(), it.forceRelink()));
      case Input.Stop it -> work.life(new Life.Input.Stop(it.caller()));
      case Input.LogOut it -> logOut(work, it.caller());
      case Input.RequestCode it -> Linking.wishForCode(work, it);
      case Input.Send it -> Intake.send(work, it);
      case Input.SendAll it -> Intake.sendAll(work, it);
      case Input.Cancel it -> Intake.cancel(work, it);
      case Input.GiveUpWaiting it -> {
        work.life(new Life.Input.GiveUp(it.caller()));
        Linking.giveUp(work, it.caller());
        Intake.giveUp(work, it.caller());
      }
      case Input.NetworkBack _ -> work.life(new Life.Input.Nudge(Life.Why.NETWORK));
      case Input.Restore _ -> work.life(new Life.Input.Restore());
      case Input.ShutDown it -> work.life(new Life.Input.ShutDown(it.caller()));
      case Input.Opened _,
          Input.Received _,
          Input.Unreadable _,
          Input.Indigestible _,
          Input.Closed _,
          Input.Alarm _ ->
          throw new IllegalStateException("not a command: " + input);
    }
  }

  /// R27: the connection that carries a message which isn't acknowledged yet is on its way out.
  /// When it is gone the message is queued again, and a start goes on.
  private static boolean isSending(Work work, Input.Start start) {
    return !start.forceRelink()
        && work.life().phase() instanceof Phase.Closing
        && work.life().attempt().isEmpty()
        && work.wire.outbox().isSending(work.now);
  }

  /// Tells the server while it can be told; the link is forgotten when it has answered.
  private static void logOut(Work work, Caller caller) {
    if (!work.life().hasALink()) {
      work.life(new Life.Input.Stop(Linking.NOBODY));
      work.draft.forgetLinkAside(); // R17: of a link that has ended its credentials are still there
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
}
