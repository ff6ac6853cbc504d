package holdfast.gateway.session;

import holdfast.session.Policy;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.TreeMap;

/// The process-wide limit of attempts that no server has answered (R15).
///
/// Time is cut into slots of one attempt each; a turn is the first free slot from the moment that
/// is asked for. What is known are the runs of taken slots from now on, and so nobody waits in
/// here.
final class RetryTurns implements Policy.Turns {
  private static final long SECOND_MICROS = 1_000_000;

  private final InstantSource clock;
  private final long slotMicros;

  /// By the first slot of a run, the first free one after it.
  private final TreeMap<Long, Long> taken = new TreeMap<>();

  RetryTurns(double perSecond, InstantSource clock) {
    this.clock = clock;
    this.slotMicros = Math.max(1, (long) Math.ceil(SECOND_MICROS / perSecond));
  }

  @Override
  public Instant take(Instant earliest) {
    return takeBefore(Instant.MAX, earliest).orElseThrow();
  }

  /// The next free turn, at `earliest` or later, if it comes before `limit`; else none is taken.
  synchronized Optional<Instant> takeBefore(Instant limit, Instant earliest) {
    forget(micros(clock.instant()) / slotMicros);
    long slot = Math.ceilDiv(micros(earliest), slotMicros);
    long begin = slot;
    var run = taken.floorEntry(slot);
    if (run != null && run.getValue() >= slot) {
      begin = run.getKey();
      slot = run.getValue();
    }
    var turn = Instant.EPOCH.plus(slot * slotMicros, ChronoUnit.MICROS);
    if (!turn.isBefore(limit)) {
      return Optional.empty();
    }
    var next = taken.remove(slot + 1);
    taken.put(begin, next == null ? slot + 1 : next);
    return Optional.of(turn);
  }

  private void forget(long current) {
    for (var run = taken.firstEntry();
        run != null && run.getValue() <= current;
        run = taken.firstEntry()) {
      taken.remove(run.getKey());
    }
  }

  /// Rounded up.
  private static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at.plusNanos(999));
  }
}
