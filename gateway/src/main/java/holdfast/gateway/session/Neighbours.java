package holdfast.gateway.session;

import holdfast.client.Alarms;
import holdfast.session.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// One session's success wakes those that wait because no server answered (R15), each in its turn.
///
/// Who waits for its own proxy isn't among them: another's success says nothing of that. Success
/// upon success wakes at most once a second, so that a session to which the network stays closed
/// isn't driven by all others.
final class Neighbours {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final String AWAY = "unreachable";

  private final Alarms alarms;
  private final InstantSource clock;
  private final ConcurrentHashMap<Neighbour, Instant> waiting = new ConcurrentHashMap<>();
  private final AtomicLong wokenMillis = new AtomicLong();

  Neighbours(Alarms alarms, InstantSource clock) {
    this.alarms = alarms;
    this.clock = clock;
  }

  /// Of one session: to be shown each of its statuses. `seat`: where it has its turns; `wake`: must
  /// not block.
  Consumer<Status> join(RetryTurns.Seat seat, Runnable wake) {
    return new Neighbour(seat, wake);
  }

  private void wake() {
    var now = clock.instant();
    long last = wokenMillis.get();
    boolean again = Math.abs(now.toEpochMilli() - last) < PAUSE.toMillis();
    if (waiting.isEmpty() || again || !wokenMillis.compareAndSet(last, now.toEpochMilli())) {
      return;
    }
    for (var each : waiting.entrySet()) {
      var neighbour = each.getKey();
      if (waiting.remove(neighbour, each.getValue())) {
        neighbour
            .seat
            .takeBefore(each.getValue(), now)
            .ifPresent(turn -> alarms.set(turn, neighbour.wake));
      }
    }
  }

  private final class Neighbour implements Consumer<Status> {
    private final RetryTurns.Seat seat;
    private final Runnable wake;
    private boolean connected;

    Neighbour(RetryTurns.Seat seat, Runnable wake) {
      this.seat = seat;
      this.wake = wake;
    }

    @Override
    public void accept(Status status) {
      var due = status.trouble().nextAttemptAt();
      var away =
          status.state().equals("waiting") && status.reason().filter(AWAY::equals).isPresent();
      if (away && due.isPresent()) {
        waiting.put(this, due.get());
      } else {
        waiting.remove(this);
      }
      if (status.connected() && !connected) {
        Neighbours.this.wake();
      }
      connected = status.connected();
    }
  }
}
