package holdfast.client;

import holdfast.session.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What waits to be taken by a session, in its order. Filled from any thread, emptied by one.
///
/// Above a bound of frames the socket isn't read any more, so that a flood costs the server's
/// memory and not ours.
final class Mailbox {
  /// Frames from which on the socket isn't read, and below which it is again.
  private static final int FRAMES_HIGH = 256;

  private static final int FRAMES_LOW = 64;

  /// An input, or a stanza's bytes, which the session's own thread decodes.
  sealed interface Letter {
    record Of(Input input) implements Letter {}

    record Frame(long generation, byte[] bytes) implements Letter {}

    /// The pause after a dropped batch is over.
    record GoOn() implements Letter {}

    /// A connection that had to wait for the end of another may open.
    record Due() implements Letter {}
  }

  private final ConcurrentLinkedQueue<Letter> letters = new ConcurrentLinkedQueue<>();
  private final AtomicInteger frames = new AtomicInteger();
  private final Consumer<Boolean> reading;
  private final Object gate = new Object();

  // Guarded by `gate`.
  private boolean paused;

  /// `reading` is told whether to go on reading from the socket.
  Mailbox(Consumer<Boolean> reading) {
    this.reading = reading;
  }

  void put(Letter letter) {
    if (letter instanceof Letter.Frame && frames.incrementAndGet() > FRAMES_HIGH) {
      throttle();
    }
    letters.add(letter);
  }

  /// Null when it is empty.
  @Nullable Letter poll() {
    var letter = letters.poll();
    if (letter instanceof Letter.Frame && frames.decrementAndGet() < FRAMES_LOW) {
      throttle();
    }
    return letter;
  }

  /// The oldest letters, at most so many.
  List<Letter> take(int most) {
    var taken = new ArrayList<Letter>();
    for (var letter = poll(); letter != null; letter = poll()) {
      taken.add(letter);
      if (taken.size() == most) {
        break;
      }
    }
    return taken;
  }

  boolean isEmpty() {
    return letters.isEmpty();
  }

  /// Counted under the lock: whoever comes last decides by the newest count, so that reading can't
  /// stay paused with nothing left to read.
  private void throttle() {
    synchronized (gate) {
      int waiting = frames.get();
      if (!paused && waiting > FRAMES_HIGH) {
        paused = true;
        reading.accept(false);
      } else if (paused && waiting < FRAMES_LOW) {
        paused = false;
        reading.accept(true);
      }
    }
  }
}
