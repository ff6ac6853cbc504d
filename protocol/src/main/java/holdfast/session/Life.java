package holdfast.session;

import holdfast.store.Account;
import holdfast.store.Control;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The life of a link: connection, pairing, back-off, conflicts, and the callers that wait. Pure,
/// total and finite.
///
/// Every socket is opened by one effect, [Effect.Open], which carries a generation that the same
/// step has written into [Control]; and it is emitted only in phases that own no socket (R2, R7).
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

    /// A planned reconnect is brought forward (R15): something waits to be sent ([Why#SEND]), or
    /// another session has found the network back ([Why#NETWORK]).
    record Nudge(Why why) implements Input {}

    record AccountChanged(long generation, Account account) implements Input {}

    record Alarm() implements Input {}
  }

  public sealed interface Effect {
    record Open(long generation, boolean registering, Why why) implements Effect {}

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

  /// Why a socket is opened, for the log (R38).
  enum Why {
    START,
    /// A start that forces a new link.
    RELINK,
    /// A start after a relink that failed: the link before it comes back (R27).
    RETURN,
    /// The process goes on after a restart.
    RESTORE,
    /// After a 515.
    RESTART,
    RECONNECT,
    /// A reconnect that a message has brought forward.
    SEND,
    /// A reconnect that another session's success has brought forward.
    NETWORK;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
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
      default -> atRest(control);
    };
  }

  /// R16: the wait after a conflict is as long as it was planned, whatever becomes of the process.
  private static Life atRest(Control control) {
    if (!control.wanted()) {
      return new Life(new Phase.Stopped(Optional.empty()), control);
    }
    if (control.account().isEmpty()) {
      return unfinished(control);
    }
    var waitEnds = control.conflicts().waitEnds();
    return waitEnds.equals(Instant.EPOCH)
        ? new Life(new Phase.Stopped(Optional.empty()), control)
        : new Life(
            new Phase.Waiting(
                Phase.Attempt.begin(waitEnds, Phase.Aim.LOGIN),
                waitEnds,
                last(control, Ending.Kind.CONFLICT, 440, "conflict_replaced"),
                true),
            control);
  }

  private static Life unfinished(Control control) {
    return new Life(new Phase.Stopped(Optional.of(Ending.RESTARTED)), control);
  }

  private static Phase ended(Control control) {
    return control.phase().equals("refused")
        ? new Phase.Refused(last(control, Ending.Kind.REFUSED, 401, "logged_out"))
        : new Phase.LoggedOut(last(control, Ending.Kind.LOGGED_OUT, 401, "logged_out"));
  }

  private static Ending last(Control control, Ending.Kind kind, int code, String reason) {
    var last = control.lastDisconnect();
    return new Ending(
        kind,
        last.map(Control.Disconnect::code).orElse(code),
        last.map(Control.Disconnect::reason).orElse(reason),
        last.map(Control.Disconnect::text).orElse(""));
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
