package holdfast.client;

import holdfast.session.Caller;
import holdfast.session.Outcome;
import java.util.Map;
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

  void failAll(RuntimeException why) {
    waiting.forEach(
        (number, answer) -> {
          waiting.remove(number);
          answer.completeExceptionally(why);
        });
  }
}
