package holdfast.session;

import holdfast.crypto.BadKey;
import holdfast.crypto.Forged;
import holdfast.message.Placeholders;
import holdfast.stanza.Element;
import holdfast.step.Context;
import holdfast.step.Query;
import holdfast.store.Account;
import holdfast.store.Control;
import holdfast.store.Credentials;
import holdfast.store.Draft;
import holdfast.store.Event;
import holdfast.store.Unreadable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// One step while it is worked out: the state as it becomes, the effects as they come up. Lives for
/// one input.
final class Work {
  final Draft draft;
  final Instant now;
  final RandomGenerator random;
  final Settings settings;
  Wire wire;
  Optional<Session.CodeWish> wish;
  final List<Input.Send> patient;
  private Life life;
  private Optional<Status.Prompt> prompt;
  private Session.Traffic traffic;
  private final List<Session.Effect> effects = new ArrayList<>();
  private final List<Session.Lived> lived = new ArrayList<>();
  private boolean unreadable;

  Work(Session.State state, Draft draft, Instant now, RandomGenerator random, Settings settings) {
    this.draft = draft;
    this.now = now;
    this.random = random;
    this.settings = settings;
    this.life = state.life();
    this.wire = state.wire();
    this.wish = state.wish();
    this.patient = new ArrayList<>(state.patient());
    this.prompt = state.prompt();
    this.traffic = state.traffic();
  }

  Session.Step done() {
    return new Session.Step(
        new Session.State(life, wire, wish, prompt, traffic, List.copyOf(patient)), effects, lived);
  }

  // ---- the life

  Life life() {
    return life;
  }

  boolean owns(long generation) {
    return life.owned().equals(Optional.of(generation));
  }

  boolean isConnected() {
    return life.phase() instanceof Phase.Connected;
  }

  /// Steps the life and carries out what of its effects concerns the draft.
  void life(Life.Input input) {
    var before = life;
    lived.add(new Session.Lived(before.phase(), input));
    var step = Life.step(life, input, now, settings.policy(), random);
    life = step.life();
    step.effects().forEach(this::carryOut);
    draft.control(life.control());
    if (!before.control().phase().equals(life.control().phase())) {
      draft.event(reached());
    }
    Linking.showPrompt(this, before);
    if (unreadable) {
      // Never silently a fresh key set for an account that is linked.
      unreadable = false;
      life(new Life.Input.ConnectionClosed(generation(), Ending.CREDENTIALS_UNREADABLE));
    }
    if (!life.isOpen()) {
      Commands.connectionGone(this);
    }
  }

  private Event reached() {
    var last = life.control().lastDisconnect().filter(end -> end.at().equals(now));
    return new Event.StateReached(
        life.phase().word(),
        last.map(Control.Disconnect::reason).or(() -> Statuses.reason(life.phase())),
        last.map(Control.Disconnect::code),
        last.map(Control.Disconnect::text).filter(text -> !text.isEmpty()),
        life.control().generation(),
        now);
  }

  private void carryOut(Life.Effect effect) {
    switch (effect) {
      case Life.Effect.Open it -> open(it);
      case Life.Effect.Close it -> effects.add(new Session.Effect.Close(it.generation()));
      case Life.Effect.Destroy it -> effects.add(new Session.Effect.Destroy(it.generation()));
      case Life.Effect.Answer it ->
          effects.add(new Session.Effect.Answer(it.caller(), it.outcome()));
      case Life.Effect.Ping _ -> {
        effects.add(new Session.Effect.Beat(heartbeat()));
        // One that is out for a message without an acknowledgement doesn't hold this one back.
        wire = wire.with(wire.queries().withdrawn(new Query.Ping()));
        ask(new Query.Ping(), holdfast.presence.Presences.ping());
      }
      case Life.Effect.PutLinkAside _ -> {
        giveUpMissed();
        draft.putLinkAside();
      }
      case Life.Effect.DropLink _ -> {
        giveUpMissed();
        draft.forgetLink();
      }
      case Life.Effect.BringLinkBack _ -> {
        giveUpMissed();
        draft.bringLinkBack();
      }
      case Life.Effect.LinkProven _ -> {
        giveUpMissedAside();
        draft.linkProven();
      }
      case Life.Effect.ForgetLink _ -> {
        giveUpMissed();
        giveUpMissedAside();
        draft.forgetLink();
        draft.forgetLinkAside();
      }
      case Life.Effect.RefreshRevision _ -> effects.add(new Session.Effect.RefreshRevision());
      case Life.Effect.Say it -> say(it.line());
    }
  }

  /// What came over the link in use is told before the link is forgotten for good. The account is
  /// the draft's: that of the life may be the next one's already.
  void giveUpMissed() {
    draft
        .control()
        .account()
        .ifPresent(account -> Placeholders.linkEnded(draft, account, draft.missed(), now));
  }

  /// As [#giveUpMissed], of the link that a relink has put aside.
  private void giveUpMissedAside() {
    draft
        .control()
        .former()
        .ifPresent(account -> Placeholders.linkEnded(draft, account, draft.missedAside(), now));
  }

  private void open(Life.Effect.Open opening) {
    wire = Wire.begin(random);
    traffic = traffic.probed(Optional.empty());
    try {
      var credentials =
          Linking.credentials(this, opening.registering()).orElseThrow(Unreadable::new);
      effects.add(
          new Session.Effect.Open(
              opening.generation(),
              opening.why().word(),
              credentials.noiseKey(),
              Linking.payload(this, credentials, opening.registering()),
              draft.routing().orElse(new byte[0])));
    } catch (Unreadable | Forged | BadKey _) {
      unreadable = true;
    }
  }

  // ---- what goes out

  /// For features: only a linked session calls them.
  Context context() {
    return new Context(draft, account(), credentials(), now, random);
  }

  Account account() {
    return life.control().account().orElseThrow();
  }

  Credentials credentials() {
    return draft.credentials().orElseThrow();
  }

  void apply(List<holdfast.step.Effect> wanted) {
    for (var effect : wanted) {
      switch (effect) {
        case holdfast.step.Effect.Write it -> write(it.stanza());
        case holdfast.step.Effect.WriteBytes it ->
            effects.add(new Session.Effect.WriteBytes(generation(), it.stanza()));
        case holdfast.step.Effect.Acknowledge it -> acknowledge(it.stanza());
        case holdfast.step.Effect.Ask it -> ask(it.query(), it.iq());
      }
    }
    if (!wanted.isEmpty()) {
      sent();
    }
  }

  void write(Element stanza) {
    effects.add(new Session.Effect.Write(generation(), stanza));
    sent();
  }

  void acknowledge(Element stanza) {
    effects.add(new Session.Effect.Acknowledge(generation(), stanza));
    sent();
  }

  /// Sends an iq, unless the very same question is open already.
  ///
  /// What a login waits for is answered at once by a server that is there: such a question waits no
  /// longer than a ping, so that a connection that died meanwhile is seen as early as any other.
  void ask(Query query, Element iq) {
    boolean ofLogin =
        query instanceof Query.PreKeyCount
            || query instanceof Query.Active
            || query instanceof Query.Probe;
    ask(query, iq, ofLogin ? settings.policy().times().pong() : settings.queryTimeout());
  }

  void ask(Query query, Element iq, Duration limit) {
    if (wire.queries().isAsking(query)) {
      return;
    }
    var asked = wire.queries().ask(query, now.plus(limit));
    wire = wire.with(asked.queries());
    write(iq.with("id", asked.id()));
  }

  void answer(Caller caller, Outcome outcome) {
    effects.add(new Session.Effect.Answer(caller, outcome));
  }

  void say(String line) {
    effects.add(new Session.Effect.Say(line));
  }

  private String heartbeat() {
    var since =
        life.phase() instanceof Phase.Connected it
            ? Duration.between(it.since(), now)
            : Duration.ZERO;
    return "heartbeat state=%s generation=%d uptime=%s received=%d sent=%d lastReceived=%s lastSent=%s"
        .formatted(
            life.phase().word(),
            generation(),
            since.truncatedTo(ChronoUnit.SECONDS),
            traffic.received(),
            traffic.sent(),
            traffic.lastReceived().map(Instant::toString).orElse("-"),
            traffic.lastSent().map(Instant::toString).orElse("-"));
  }

  private long generation() {
    return life.control().generation();
  }

  // ---- what is shown

  void received() {
    traffic = traffic.receivedAt(now);
  }

  private void sent() {
    traffic = traffic.sentAt(now);
  }

  void probed(String how) {
    traffic = traffic.probed(Optional.of(how));
  }

  void prompt(Optional<Status.Prompt> shown) {
    prompt = shown;
  }
}
