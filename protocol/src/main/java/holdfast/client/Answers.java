package holdfast.client;

import holdfast.session.Caller;
import holdfast.session.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Who waits for an answer of a session. Each is answered once, or told that it won't be.
final class Answers {
  private final AtomicLong callers = new AtomicLong();
  private final Map<Long, CompletableFuture<Outcome>> waiting = new ConcurrentHashMap<>();

  Caller expect(CompletableFuture<Outcome> answer) {
    var caller = new Caller(callers.incrementAndGet());
    waiting.put(caller.number(), answer);
    return caller;
  }

  void give(Caller caller, Outcome outcome) {
    var answer = waiting.remove(caller.number());
    if (answer != null) {
      answer.complete(outcome);
    }
  }

  /// Those who wait until now, and aren't waited for any more.
  List<CompletableFuture<Outcome>> takeAll() {
    var all = new ArrayList<CompletableFuture<Outcome>>();
    waiting
        .keySet()
        .forEach(number -> Optional.ofNullable(waiting.remove(number)).ifPresent(all::add));
    return all;
  }
}
