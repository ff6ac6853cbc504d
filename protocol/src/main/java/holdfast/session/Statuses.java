package holdfast.session;

import java.time.Instant;
import java.util.Optional;

/// A session's state as people see it.
public final class Statuses {
  private Statuses() {}

  public static Status of(Session.State state) {
    var life = state.life();
    var control = life.control();
    var phase = life.phase();
    return new Status(
        phase.word(),
        reason(phase),
        control.generation(),
        control.wanted(),
        control.account(),
        state.prompt(),
        new Status.Traffic(
            phase instanceof Phase.Connected it ? Optional.of(it.since()) : Optional.empty(),
            phase instanceof Phase.Connected it ? Optional.of(it.verifiedAt()) : Optional.empty(),
            state.traffic().lastReceived(),
            state.traffic().lastSent(),
            state.traffic().probe(),
            cantSend(state)),
        new Status.Trouble(
            life.attempt().map(it -> it.tally().unanswered() + it.tally().ended()).orElse(0),
            nextAttempt(phase),
            control.conflicts().count(),
            phase instanceof Phase.Conflicted it
                ? Optional.of(it.coolDownEnds())
                : Optional.empty(),
            control.lastDisconnect()),
        running(state));
  }

  private static Status.Running running(Session.State state) {
    return new Status.Running(
        state.life().owned(),
        Session.deadline(state),
        state.life().attempt().map(it -> it.waiters().size()).orElse(0),
        state.wire().queries().pending().size(),
        state.traffic().received(),
        state.traffic().sent());
  }

  /// R11: connected, and what went out last was acknowledged in time.
  private static Optional<String> cantSend(Session.State state) {
    return switch (state.life().phase()) {
      case Phase.Connected _ ->
          state.wire().outbox().isStalled() ? Optional.of("send_unacknowledged") : Optional.empty();
      case Phase other -> Optional.of(other.word());
    };
  }

  static Optional<String> reason(Phase phase) {
    return switch (phase) {
      case Phase.Stopped it -> it.why().map(Ending::reason);
      case Phase.Waiting it -> Optional.of(it.why().reason());
      case Phase.LoggedOut it -> Optional.of(it.why().reason());
      case Phase.Refused it -> Optional.of(it.why().reason());
      case Phase.Conflicted _ -> Optional.of("conflict_replaced");
      case Phase.Closing it -> reason(it.next());
      case Phase.Connecting _, Phase.AwaitingScan _, Phase.AwaitingCode _ -> Optional.empty();
      case Phase.Restarting _, Phase.Verifying _, Phase.Connected _ -> Optional.empty();
    };
  }

  private static Optional<Instant> nextAttempt(Phase phase) {
    return switch (phase) {
      case Phase.Waiting it -> Optional.of(it.until());
      case Phase.Restarting it -> Optional.of(it.until());
      case Phase.Closing it -> nextAttempt(it.next());
      case Phase.Stopped _, Phase.Connecting _, Phase.AwaitingScan _ -> Optional.empty();
      case Phase.AwaitingCode _, Phase.Verifying _, Phase.Connected _ -> Optional.empty();
      case Phase.Conflicted _, Phase.LoggedOut _, Phase.Refused _ -> Optional.empty();
    };
  }
}
