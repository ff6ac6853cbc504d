package holdfast.session;

import holdfast.crypto.Forged;
import holdfast.pairing.PairSuccess;
import holdfast.pairing.PairingCode;
import holdfast.pairing.Payloads;
import holdfast.pairing.QrText;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.MalformedStanza;
import holdfast.step.Answer;
import holdfast.step.Query;
import holdfast.store.Control;
import holdfast.store.Credentials;
import holdfast.store.Unreadable;
import java.time.Duration;
import java.util.Optional;

/// Routes what concerns the making of a link: refs, the pairing code, the phone's word.
final class Linking {
  /// As long as the QR refs of one connection live (protocol page 03 § 2.3).
  private static final Duration CODE_LIFE = Duration.ofSeconds(160);

  private Linking() {}

  /// The key set to connect with. A candidate is made once and kept until it is linked, so that
  /// the server sees one key for all attempts (R1).
  static Optional<Credentials> credentials(Work work, boolean registering) {
    if (!registering) {
      try {
        return work.draft.credentials();
      } catch (Forged | Unreadable _) {
        return Optional.empty(); // there are some, and nobody can read them: as bad as none
      }
    }
    if (work.draft.candidate().isEmpty()) {
      work.draft.candidate(Credentials.generate(work.random));
    }
    return work.draft.candidate();
  }

  static byte[] payload(Work work, Credentials credentials, boolean registering) {
    return registering
        ? Payloads.registration(credentials, work.settings.device())
        : Payloads.login(work.account(), work.settings.device());
  }

  /// `pair-device`: refs to show, six at a time.
  static void refs(Work work, Element iq) {
    work.acknowledge(result(iq));
    var refs = iq.requireChild("pair-device").children("ref").stream().map(Element::text).toList();
    var generation = work.life().control().generation();
    work.life(new Life.Input.RefsOffered(generation, refs));
    if (isOnShow(work)) { // the connection may be on its way out already
      work.wish.ifPresent(wish -> askForCode(work, wish));
    }
  }

  private static boolean isOnShow(Work work) {
    return switch (work.life().phase()) {
      case Phase.AwaitingScan _, Phase.AwaitingCode _ -> true;
      case Phase _ -> false;
    };
  }

  static void wishForCode(Work work, Input.RequestCode request) {
    var attempt = work.life().attempt();
    var registering = attempt.map(Phase.Attempt::registering).orElse(!work.life().hasALink());
    if (!registering) {
      work.answer(request.caller(), new Outcome.AlreadyLinked());
      return;
    }
    work.wish.ifPresent(
        older ->
            work.answer(
                older.caller(), new Outcome.StartFailed("another_code_wanted", 0, "", false)));
    work.wish = Optional.of(new Session.CodeWish(request.caller(), request.phone()));
    if (isOnShow(work)) {
      askForCode(work, work.wish.get());
    } else {
      work.life(new Life.Input.Start(NOBODY, Input.Wait.NONE, false));
    }
  }

  /// A start that a request for a code makes by the way: its answer goes to no one.
  static final Caller NOBODY = new Caller(-1);

  private static void askForCode(Work work, Session.CodeWish wish) {
    var candidate = work.draft.candidate().orElseThrow();
    var code = PairingCode.begin(wish.phone(), work.random);
    var asked = work.wire.queries().withdrawn(new Query.PairingCodeHello());
    work.wire = work.wire.with(code).with(asked); // the answer to an older code's hello isn't ours
    work.ask(
        new Query.PairingCodeHello(), code.hello(candidate, work.settings.device(), work.random));
  }

  static void helloAnswered(Work work, Answer answer) {
    var wish = work.wish;
    work.wish = Optional.empty();
    var answered = work.wire.code().flatMap(code -> answered(code, answer));
    if (answered.isPresent()) {
      var code = answered.get();
      work.wire = work.wire.with(code);
      var ends = work.now.plus(CODE_LIFE);
      work.life(new Life.Input.CodeShown(work.life().control().generation(), ends));
      wish.ifPresent(asker -> work.answer(asker.caller(), new Outcome.Code(code.code(), ends)));
      return;
    }
    var refused = answer instanceof Answer.Refused it ? it : new Answer.Refused(0, "");
    wish.ifPresent(
        asker ->
            work.answer(
                asker.caller(),
                new Outcome.StartFailed(
                    "pairing_code_refused", refused.code(), refused.text(), false)));
  }

  /// An answer that can't be read is none: whoever waits is told so.
  private static Optional<PairingCode> answered(PairingCode code, Answer answer) {
    try {
      return answer instanceof Answer.Result it
          ? Optional.of(code.answered(it.iq()))
          : Optional.empty();
    } catch (MalformedStanza _) {
      return Optional.empty();
    }
  }

  /// The person has typed the code.
  static void typed(Work work, Element notification) {
    var candidate = work.draft.candidate();
    if (work.wire.code().isEmpty() || candidate.isEmpty() || !work.life().isPairing()) {
      return;
    }
    var finish = work.wire.code().get().finish(notification, candidate.get(), work.random);
    finish.ifPresent(
        it -> {
          work.draft.candidate(it.credentials());
          // An older answer that is open still doesn't hold this one back: its secret is void now.
          var queries = work.wire.queries().withdrawn(new Query.PairingCodeFinish());
          work.wire = work.wire.with(it.code()).with(queries);
          work.ask(new Query.PairingCodeFinish(), it.iq());
        });
  }

  /// The phone's word. Only a real one links (protocol page 03 § 2.5).
  static void paired(Work work, Element iq) {
    var candidate = work.draft.candidate();
    if (candidate.isEmpty() || !work.life().isPairing()) {
      return;
    }
    var generation = work.life().control().generation();
    switch (PairSuccess.take(iq, candidate.get(), work.random)) {
      case PairSuccess.Outcome.Linked it -> {
        if (work.life().control().former().isPresent()) {
          work.giveUpMissed(); // of the link that is replaced before it has proven itself
        }
        work.draft.linkMade(it.credentials());
        work.draft.mapping(it.account().jid().bare(), it.account().lid().bare());
        work.draft.identity(it.account().lid().bare(), it.accountKey());
        work.acknowledge(it.reply());
        work.life(new Life.Input.Paired(generation, it.account()));
      }
      case PairSuccess.Outcome.Refused it -> {
        work.acknowledge(it.reply());
        work.life(new Life.Input.Ended(generation, Ending.pairingRefused(it.reason())));
      }
    }
  }

  /// Keeps what is on show in step with the life.
  static void showPrompt(Work work, Life before) {
    var phase = work.life().phase();
    if (phase.equals(before.phase())) {
      return;
    }
    switch (phase) {
      case Phase.AwaitingScan it ->
          work.prompt(
              work.draft
                  .candidate()
                  .map(
                      candidate ->
                          new Status.Prompt(
                              Optional.of(QrText.of(it.ref(), candidate)),
                              Optional.empty(),
                              it.refEnds())));
      case Phase.AwaitingCode it ->
          work.prompt(
              work.wire
                  .code()
                  .map(
                      code ->
                          new Status.Prompt(
                              Optional.empty(), Optional.of(code.code()), it.codeEnds())));
      case Phase _ -> work.prompt(Optional.empty());
    }
  }

  /// At the end of every step: a wish for a code can't outlive the attempt to link.
  static void dropWish(Work work) {
    var attempt = work.life().attempt();
    if (work.wish.isEmpty() || attempt.filter(Phase.Attempt::registering).isPresent()) {
      return;
    }
    work.answer(
        work.wish.get().caller(), attempt.isPresent() ? new Outcome.AlreadyLinked() : ended(work));
    work.wish = Optional.empty();
  }

  private static Outcome ended(Work work) {
    var coolDownEnds = work.life().control().conflicts().coolDownEnds();
    if (work.now.isBefore(coolDownEnds)) {
      return new Outcome.CoolingDown(Duration.between(work.now, coolDownEnds));
    }
    var why = work.life().control().lastDisconnect().filter(end -> end.at().equals(work.now));
    return new Outcome.StartFailed(
        why.map(Control.Disconnect::reason)
            .or(() -> Statuses.reason(work.life().phase()))
            .orElse("stopped"),
        why.map(Control.Disconnect::code).orElse(0),
        why.map(Control.Disconnect::text).orElse(""),
        false);
  }

  /// The code is shown all the same when it comes.
  static void giveUp(Work work, Caller caller) {
    work.wish
        .filter(wish -> wish.caller().equals(caller))
        .ifPresent(
            wish -> {
              work.answer(caller, new Outcome.StartInProgress());
              work.wish = Optional.of(new Session.CodeWish(NOBODY, wish.phone()));
            });
  }

  static Element result(Element iq) {
    return Element.of("iq")
        .with("to", Jid.SERVER)
        .with("type", "result")
        .with("id", iq.require("id"));
  }
}
