package holdfast.gateway.session;

import holdfast.session.Policy;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.Optional;

/// The process-wide limit of attempts that no server has answered (R15).
///
/// Time is cut into slots of one attempt each; a turn is the first free slot from the moment that
/// is asked for. Which slots are taken is known from now on, and so nobody waits in here.
final class RetryTurns {
  private static final long SECOND_MICROS = 1_000_000;

  private final InstantSource clock;
  private final long slotMicros;

  /// From `first` on.
  private final BitSet taken = new BitSet();

  private long first;

  /// How often the clock was set back: what was taken before that is nobody's.
  private int era;

  RetryTurns(double perSecond, InstantSource clock) {
    this.clock = clock;
    this.slotMicros = Math.max(1, (long) Math.ceil(SECOND_MICROS / perSecond));
    this.first = micros(clock.instant()) / slotMicros;
  }

  /// What one session has of it: one turn at most. A turn that it needn't wait for any more, since
  /// somebody has started it, goes to others as soon as it asks for its next one; else those who
  /// start it again and again would book the turns of all.
  final class Seat implements Policy.Turns {
    private static final long NONE = -1;

    private long mine = NONE;
    private int mineSince;

    private Seat() {}

    @Override
    public Instant take(Instant earliest) {
      return takeBefore(Instant.MAX, earliest).orElseThrow();
    }

    /// The next free turn, at `earliest` or later, in place of the one it has, if it comes before
    /// `limit`; else nothing changes.
    Optional<Instant> takeBefore(Instant limit, Instant earliest) {
      synchronized (RetryTurns.this) {
        forget();
        if (mineSince != era) {
          mine = NONE;
          mineSince = era;
        }
        mark(mine, false);
        long slot = free(Math.ceilDiv(micros(earliest), slotMicros));
        var turn = Instant.EPOCH.plus(slot * slotMicros, ChronoUnit.MICROS);
        boolean inTime = turn.isBefore(limit);
        mine = inTime ? slot : mine;
        mark(mine, true);
        return inTime ? Optional.of(turn) : Optional.empty();
      }
    }
  }

  /// For one session.
  Seat seat() {
    return new Seat();
  }

  private long free(long from) {
    return first + taken.nextClearBit((int) Math.max(0, from - first));
  }

  /// What lies in the past is nobody's.
  private void mark(long slot, boolean to) {
    if (slot >= first) {
      taken.set((int) (slot - first), to);
    }
  }

  private void forget() {
    long current = micros(clock.instant()) / slotMicros;
    long past = Math.min(current - first, taken.length());
    if (past < 0) {
      era++;
    }
    var rest = past < 0 ? new BitSet() : taken.get((int) past, taken.length());
    taken.clear();
    taken.or(rest);
    first = current;
  }

  /// Rounded up.
  private static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at.plusNanos(999));
  }
}
