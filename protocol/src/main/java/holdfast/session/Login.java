package holdfast.session;

import holdfast.device.PreKeys;
import holdfast.message.Outbox;
import holdfast.message.Placeholders;
import holdfast.presence.Presences;
import holdfast.receipt.Retries;
import holdfast.stanza.Element;
import holdfast.stanza.Stanza;
import holdfast.step.Answer;
import holdfast.step.Iq;
import holdfast.step.Query;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// From `<success>` to proven, in the order of protocol page 03 § 7: prekeys, active, the send
/// probe. Routes the answers to all queries.
final class Login {
  /// How long sends wait for the end of the server's queue.
  private static final Duration BACKLOG_LIMIT = Duration.ofSeconds(10);

  private Login() {}

  static void succeeded(Work work, Stanza.Success success) {
    var generation = work.life().control().generation();
    var registering = work.life().attempt().filter(Phase.Attempt::registering).isPresent();
    if (registering || !work.life().isLinked() || !work.account().lid().sameUser(success.lid())) {
      work.life(new Life.Input.Ended(generation, Ending.WRONG_ACCOUNT));
      return;
    }
    success
        .displayName()
        .filter(name -> !name.isEmpty() && !work.account().pushName().equals(Optional.of(name)))
        .ifPresent(
            name ->
                work.life(
                    new Life.Input.AccountChanged(generation, work.account().withPushName(name))));
    work.life(new Life.Input.LoggedIn(generation));
    work.apply(PreKeys.afterLogin(work.context()));
  }

  static void answered(Work work, Query query, Answer answer) {
    if (query.isOfALink() && !work.life().isLinked()) {
      return; // the link ended first: what was asked for it has no use any more
    }
    switch (query) {
      case Query.PreKeyCount _, Query.PreKeyUpload _, Query.RotateSignedPreKey _ ->
          preKeys(work, query, answer);
      case Query.Active _ -> active(work, answer);
      case Query.Probe _ -> probed(work, answer);
      case Query.Ping _ -> {
        if (answer instanceof Answer.Result) {
          work.life(new Life.Input.PingAnswered(work.life().control().generation()));
        }
      }
      case Query.Devices _, Query.Bundles _, Query.Group _, Query.IssueToken _ ->
          features(work, query, answer);
      case Query.PairingCodeHello _ -> Linking.helloAnswered(work, answer);
      case Query.RemoveDevice _ -> Commands.connectionGone(work);
      case Query.PairingCodeFinish _, Query.Nothing _ -> {}
    }
  }

  private static void features(Work work, Query query, Answer answer) {
    Sending.took(work, Outbox.answered(work.context(), work.wire.outbox(), query, answer));
    Sending.took(
        work, Placeholders.answered(work.context(), work.wire.placeholders(), query, answer));
    var step = Retries.answered(work.context(), work.wire.retries(), query, answer);
    work.wire = work.wire.with(step.memory());
    work.apply(step.effects());
  }

  /// Whatever became of the prekeys, the login goes on when no more of them is under way; a
  /// device without prekeys can still talk to those who know it, and the count is looked at again
  /// at the next login.
  private static void preKeys(Work work, Query query, Answer answer) {
    var verifying = work.life().phase() instanceof Phase.Verifying;
    if (verifying && query instanceof Query.PreKeyCount && answer instanceof Answer.Lost) {
      fail(work); // nobody answers at all: the probe would wait in vain as well
      return;
    }
    var more = PreKeys.answered(work.context(), query, answer, work.settings.firstPreKeys());
    work.apply(more);
    var queries = work.wire.queries();
    var underWay =
        queries.isAsking(Query.PreKeyCount.class)
            || queries.isAsking(Query.PreKeyUpload.class)
            || queries.isAsking(Query.Active.class);
    if (verifying && !underWay && !work.wire.backlog().isFlowing()) {
      work.ask(new Query.Active(), Iq.set("passive", Element.of("active")));
    }
  }

  private static void active(Work work, Answer answer) {
    if (!(answer instanceof Answer.Result)) {
      fail(work);
      return;
    }
    var backlog = work.wire.backlog();
    var due = backlog.due().or(() -> Optional.of(work.now.plus(BACKLOG_LIMIT)));
    work.wire = work.wire.with(new Wire.Backlog(due, backlog.over(), backlog.resumed()));
    work.write(Presences.unifiedSession(work.now));
    work.account()
        .pushName()
        .ifPresent(
            name -> {
              work.write(Presences.available(name));
              work.wire = work.wire.seenAs(true);
            });
    work.ask(new Query.Probe(), Presences.ping());
  }

  /// R11: the ping came back behind the presence, on the same connection, and no stream error
  /// before it.
  private static void probed(Work work, Answer answer) {
    if (!(answer instanceof Answer.Result)) {
      fail(work);
      return;
    }
    work.probed(work.wire.available() ? "passed" : "ping");
    work.life(new Life.Input.Proven(work.life().control().generation()));
  }

  private static void fail(Work work) {
    work.life(new Life.Input.Ended(work.life().control().generation(), Ending.PROBE_FAILED));
  }

  /// Queries whose time is over.
  static void overdue(Work work) {
    for (var id : List.copyOf(work.wire.queries().overdue(work.now))) {
      var query = work.wire.queries().of(id);
      work.wire = work.wire.with(work.wire.queries().without(id));
      query.ifPresent(it -> answered(work, it, new Answer.Lost()));
    }
  }
}
