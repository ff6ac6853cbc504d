package holdfast.session;

import holdfast.store.Account;
import holdfast.store.Control;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The life of a link: connection, pairing, back-off, conflicts, and the callers that wait. Pure,
/// total and finite.
///
/// Every socket is opened by one effect, [Effect.Open], which carries a generation that the same
/// step has written into
/// [Control]; and it is emitted only in phases that own no socket (R2, R7).
public record Life(Phase phase, Control control) {
  /// R8: an attempt that hasn't ended by then fails and says so.
  static final Duration START_LIMIT = Duration.ofMinutes(3);

  /// R7: how long the end of a socket is awaited before it is destroyed.
  static final Duration CLOSE_GRACE = Duration.ofSeconds(2);

  static final Duration RESTART_PAUSE = Duration.ofMillis(300);

  public sealed interface Input {
    record Start(Caller caller, holdfast.session.Input.Wait until, boolean forceRelink)
        implements Input {}

    record Stop(Caller caller) implements Input {}

    /// The process goes on after a restart (R21).
    record Restore() implements Input {}

    record ShutDown(Caller caller) implements Input {}

    record GiveUp(Caller caller) implements Input {}

    record ConnectionClosed(long generation, Ending ending) implements Input {}

    /// A reason to end the connection, from the server or from a feature.
    record Ended(long generation, Ending ending) implements Input {}

    record RefsOffered(long generation, List<String> refs) implements Input {}

    record CodeShown(long generation, Instant ends) implements Input {}

    /// The phone took us as its companion. The connection ends with a 515.
    record Paired(long generation, Account account) implements Input {}

    record LoggedIn(long generation) implements Input {}

    record Proven(long generation) implements Input {}

    record PingAnswered(long generation) implements Input {}

    /// The user ended the link and the server knows it, or can't be told.
    record Unlinked(Caller caller) implements Input {}

    /// Something waits to be sent: a planned reconnect is brought forward (R15).
    record Nudge() implements Input {}

    record AccountChanged(long generation, Account account) implements Input {}

    record Alarm() implements Input {}
  }

  public sealed interface Effect {
    record Open(long generation, boolean registering) implements Effect {}

    record Close(long generation) implements Effect {}

    /// The grace is over: the socket is torn down without waiting for the other side.
    record Destroy(long generation) implements Effect {}

    record Answer(Caller caller, Outcome outcome) implements Effect {}

    record Ping(long generation) implements Effect {}

    /// Credentials are put aside, the link's records are forgotten (R17).
    record PutLinkAside() implements Effect {}

    /// The link has ended before it proved itself: the one that it was to replace is what is kept
    /// (R27).
    record DropLink() implements Effect {}

    record BringLinkBack() implements Effect {}

    /// What it has replaced has no use any more.
    record LinkProven() implements Effect {}

    /// By the user's wish: what is aside goes as well.
    record ForgetLink() implements Effect {}

    record RefreshRevision() implements Effect {}

    /// R38's lines: `session reused`, `start joined`, `connected and verified` …
    record Say(String line) implements Effect {}
  }

  /// What follows from an input.
  public record Step(Life life, List<Effect> effects) {}

  /// A session as it is found in the store: nothing runs, whatever ran before. A pairing that
  /// wasn't finished is over (R21).
  public static Life restored(Control control) {
    return switch (control.phase()) {
      case "logged_out", "refused" -> new Life(ended(control), control);
      case "conflicted" ->
          new Life(new Phase.Conflicted(control.conflicts().coolDownEnds()), control);
      case "awaiting_scan", "awaiting_code" -> unfinished(control);
      default ->
          control.wanted() && control.account().isEmpty()
              ? unfinished(control)
              : new Life(new Phase.Stopped(Optional.empty()), control);
    };
  }

  private static Life unfinished(Control control) {
    return new Life(new Phase.Stopped(Optional.of(Ending.RESTARTED)), control);
  }

  private static Phase ended(Control control) {
    var last = control.lastDisconnect();
    var why =
        new Ending(
            control.phase().equals("refused") ? Ending.Kind.REFUSED : Ending.Kind.LOGGED_OUT,
            last.map(Control.Disconnect::code).orElse(401),
            last.map(Control.Disconnect::reason).orElse("logged_out"),
            last.map(Control.Disconnect::text).orElse(""));
    return control.phase().equals("refused") ? new Phase.Refused(why) : new Phase.LoggedOut(why);
  }

  public boolean isLinked() {
    return control.account().isPresent();
  }

  /// Whether a start would use a link, this one or the one that a relink has put aside (R27).
  boolean hasALink() {
    return isLinked() || control.former().isPresent();
  }

  /// Whether a phone's word for a new link is expected.
  boolean isPairing() {
    return switch (phase) {
      case Phase.Connecting it -> it.attempt().registering();
      case Phase.AwaitingScan _, Phase.AwaitingCode _ -> true;
      case Phase _ -> false;
    };
  }

  /// Whether it owns a socket that isn't on its way out.
  boolean isOpen() {
    return owned().isPresent() && !(phase instanceof Phase.Closing);
  }

  /// The generation of the socket that this life owns now.
  public Optional<Long> owned() {
    return switch (phase) {
      case Phase.Connecting it -> Optional.of(it.generation());
      case Phase.AwaitingScan it -> Optional.of(it.generation());
      case Phase.AwaitingCode it -> Optional.of(it.generation());
      case Phase.Verifying it -> Optional.of(it.generation());
      case Phase.Connected it -> Optional.of(it.generation());
      case Phase.Closing it -> Optional.of(it.generation());
      case Phase.Stopped _, Phase.Restarting _, Phase.Waiting _ -> Optional.empty();
      case Phase.Conflicted _, Phase.LoggedOut _, Phase.Refused _ -> Optional.empty();
    };
  }

  /// The start under way, if one is.
  Optional<Phase.Attempt> attempt() {
    return switch (phase) {
      case Phase.Connecting it -> Optional.of(it.attempt());
      case Phase.AwaitingScan it -> Optional.of(it.attempt());
      case Phase.AwaitingCode it -> Optional.of(it.attempt());
      case Phase.Verifying it -> Optional.of(it.attempt());
      case Phase.Restarting it -> Optional.of(it.attempt());
      case Phase.Waiting it -> Optional.of(it.attempt());
      case Phase.Closing it -> new Life(it.next(), control).attempt();
      case Phase.Stopped _, Phase.Connected _, Phase.Conflicted _ -> Optional.empty();
      case Phase.LoggedOut _, Phase.Refused _ -> Optional.empty();
    };
  }

  public static Step step(
      Life life, Input input, Instant now, Policy policy, RandomGenerator random) {
    return new LifeStep(life, now, policy, random).take(input);
  }
}
