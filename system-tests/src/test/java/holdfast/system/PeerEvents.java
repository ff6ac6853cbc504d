package holdfast.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What a peer has told and nobody has asked for yet, in order, with what it last logged.
///
/// An event is taken once: a test that awaits two messages gets two different ones, and may await
/// them in any order. Every wait has a bound and ends the moment the event arrives.
final class PeerEvents {
  /// Lines of the peer's log that are kept to explain a wait that ended in vain.
  private static final int LOG_LINES = 60;

  private final List<JsonNode> pending = new ArrayList<>();
  private final Deque<String> log = new ArrayDeque<>();
  private boolean over;

  synchronized void add(JsonNode event) {
    pending.add(event);
    notifyAll();
  }

  synchronized void logged(String line) {
    if (log.size() == LOG_LINES) {
      log.removeFirst();
    }
    log.addLast(line);
  }

  /// The peer's process has ended: no event will come any more.
  synchronized void end() {
    over = true;
    notifyAll();
  }

  /// Takes the first event that fits, waiting for it at most `bound`.
  ///
  /// @throws AssertionError when none came in time, with what came instead and the peer's log
  synchronized JsonNode take(String sought, Duration bound, Predicate<JsonNode> fits)
      throws InterruptedException {
    long deadline = System.nanoTime() + bound.toNanos();
    while (true) {
      for (int i = 0; i < pending.size(); i++) {
        if (fits.test(pending.get(i))) {
          return pending.remove(i);
        }
      }
      long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
      if (over || leftMillis <= 0) {
        throw new AssertionError(explain(sought, bound));
      }
      wait(leftMillis);
    }
  }

  /// Whether such an event has come and wasn't taken: for what must not happen.
  synchronized boolean holds(Predicate<JsonNode> fits) {
    return pending.stream().anyMatch(fits);
  }

  /// What such events have come and weren't taken.
  synchronized List<JsonNode> all(Predicate<JsonNode> fits) {
    return pending.stream().filter(fits).toList();
  }

  private String explain(String sought, Duration bound) {
    String came = pending.stream().map(JsonNode::toString).collect(Collectors.joining("\n  "));
    return "no %s %s; events not taken:%n  %s%nlog:%n  %s"
        .formatted(
            sought,
            over ? "before the peer ended" : "within " + bound,
            came,
            String.join("\n  ", log));
  }
}
