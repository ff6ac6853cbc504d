package holdfast.gateway.telemetry;

import holdfast.session.Status;
import holdfast.store.Control;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Reads one session's news for the meters. Told on the session's mailbox, one thing after the
/// other.
final class SessionMeter implements Consumer<Status> {
  /// From here nothing comes back by itself: a loss that leads here isn't a reconnect that is slow.
  private static final Set<String> AT_REST =
      Set.of("stopped", "stopping", "conflicted", "logged_out", "refused");

  private final Meters meters;
  private final InstantSource clock;
  private Status last;
  private Optional<Instant> lostAt = Optional.empty();

  /// `now`: what isn't news any more.
  SessionMeter(Meters meters, InstantSource clock, Status now) {
    this.meters = meters;
    this.clock = clock;
    this.last = now;
  }

  @Override
  public void accept(Status next) {
    meters.socketsOpened.increment((double) Math.max(0, next.generation() - last.generation()));
    var end = next.trouble().lastDisconnect();
    if (!end.equals(last.trouble().lastDisconnect())) {
      end.ifPresent(this::ended);
    }
    if (next.state().equals("logged_out") && !last.state().equals("logged_out")) {
      meters.logouts.increment();
    }
    reconnecting(next);
    last = next;
  }

  private void ended(Control.Disconnect end) {
    meters.disconnected(end.reason());
    if (end.reason().equals("conflict_replaced")) {
      meters.conflicts.increment();
    }
  }

  private void reconnecting(Status next) {
    if (next.connected()) {
      lostAt.ifPresent(at -> meters.reconnects.record(Duration.between(at, clock.instant())));
      lostAt = Optional.empty();
    } else if (AT_REST.contains(next.state())) {
      lostAt = Optional.empty();
    } else if (last.connected()) {
      lostAt = Optional.of(clock.instant());
    }
  }

  /// The words of R38 are those of the core, so that a line and its count can't disagree.
  void heard(String line) {
    switch (line) {
      case "start joined" -> meters.startsJoined.increment();
      case "session reused" -> meters.startsReused.increment();
      default -> {
        if (line.startsWith("heartbeat ")) {
          meters.heartbeats.increment();
        }
      }
    }
  }
}
