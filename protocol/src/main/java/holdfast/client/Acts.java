package holdfast.client;

import holdfast.session.Input;
import holdfast.session.Session;
import java.util.List;
import java.util.stream.Collectors;

/// What a session does once its batch is durable : frames out, answers, sockets.
final class Acts {
  private final Connections connections;
  private final Answers answers;
  private final Audience audience;
  private final Connections.Sink sink;

  /// `sink`: is told of the end of what was never opened.
  Acts(Connections connections, Answers answers, Audience audience, Connections.Sink sink) {
    this.connections = connections;
    this.answers = answers;
    this.audience = audience;
    this.sink = sink;
  }

  /// Carries effects out in their order, acknowledgements after all others.
  void carryOut(List<Session.Effect> effects) {
    var writes = new Writes(connections);
    var acknowledgements = new Writes(connections);
    for (var effect : withoutTheUnopened(effects)) {
      switch (effect) {
        case Session.Effect.Write it -> writes.add(it.generation(), it.stanza());
        case Session.Effect.WriteBytes it -> writes.addBytes(it.generation(), it.stanza());
        case Session.Effect.Acknowledge it -> acknowledgements.add(it.generation(), it.stanza());
        case Session.Effect.Answer it -> answers.give(it.caller(), it.outcome());
        case Session.Effect.Say it -> audience.say(it.line());
        case Session.Effect.Beat it -> audience.murmur(it.line());
        case Session.Effect.RefreshRevision _ -> audience.revisionRefusals.forEach(Runnable::run);
        case Session.Effect.Open _, Session.Effect.Close _, Session.Effect.Destroy _ -> {
          writes.flush();
          acknowledgements.flush();
          socket(effect);
        }
      }
    }
    writes.flush();
    acknowledgements.flush();
  }

  /// A connection that the same batch opens and closes is never opened (R1: a start and a stop at
  /// once), and its end is told as that of any other.
  private List<Session.Effect> withoutTheUnopened(List<Session.Effect> effects) {
    var closed =
        effects.stream()
            .filter(Session.Effect.Close.class::isInstance)
            .map(it -> ((Session.Effect.Close) it).generation())
            .collect(Collectors.toSet());
    var unopened =
        effects.stream()
            .filter(it -> it instanceof Session.Effect.Open o && closed.contains(o.generation()))
            .map(it -> ((Session.Effect.Open) it).generation())
            .toList();
    if (unopened.isEmpty()) {
      return effects;
    }
    unopened.forEach(it -> sink.closed(it, Input.Cause.CLOSED, Connections.NEVER_OPENED));
    return effects.stream().filter(it -> !isOf(it, unopened)).toList();
  }

  private static boolean isOf(Session.Effect effect, List<Long> generations) {
    return switch (effect) {
      case Session.Effect.Open it -> generations.contains(it.generation());
      case Session.Effect.Close it -> generations.contains(it.generation());
      case Session.Effect _ -> false;
    };
  }

  private void socket(Session.Effect effect) {
    switch (effect) {
      case Session.Effect.Open it ->
          connections.open(
              it.generation(),
              new Transport.Request(it.noiseKey(), it.payload(), it.routing()),
              it.why());
      case Session.Effect.Close it -> connections.close(it.generation());
      case Session.Effect.Destroy it -> connections.destroy(it.generation());
      case Session.Effect.Write _, Session.Effect.WriteBytes _, Session.Effect.Acknowledge _ ->
          throw new IllegalStateException("not of a socket");
      case Session.Effect.Answer _, Session.Effect.Say _, Session.Effect.RefreshRevision _ ->
          throw new IllegalStateException("not of a socket");
      case Session.Effect.Beat _ -> throw new IllegalStateException("not of a socket");
    }
  }
}
