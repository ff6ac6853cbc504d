package holdfast.session;

/// A phase with another attempt in it.
final class Attempts {
  private Attempts() {}

  static Phase with(Phase phase, Phase.Attempt attempt) {
    return switch (phase) {
      case Phase.Connecting it ->
          new Phase.Connecting(it.generation(), attempt, it.until(), it.restarting());
      case Phase.AwaitingScan it ->
          new Phase.AwaitingScan(it.generation(), attempt, it.ref(), it.refEnds(), it.later());
      case Phase.AwaitingCode it -> new Phase.AwaitingCode(it.generation(), attempt, it.codeEnds());
      case Phase.Restarting it -> new Phase.Restarting(attempt, it.until());
      case Phase.Verifying it -> new Phase.Verifying(it.generation(), attempt);
      case Phase.Waiting it -> new Phase.Waiting(attempt, it.until(), it.why(), it.fixed());
      case Phase.Closing it -> it.then(with(it.next(), attempt), it.stoppers());
      case Phase.Stopped _, Phase.Connected _, Phase.Conflicted _ -> phase;
      case Phase.LoggedOut _, Phase.Refused _ -> phase;
    };
  }
}
