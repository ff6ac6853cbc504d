package holdfast.gateway.webhook;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs one piece of work again for every time it was woken, never twice at once, on a thread that
/// is taken only while there is something to do.
final class Mailbox {
  private final Executor executor;
  private final Runnable work;
  private final AtomicInteger woken = new AtomicInteger();

  /// `work` tells its failures itself.
  Mailbox(Executor executor, Runnable work) {
    this.executor = executor;
    this.work = work;
  }

  void wake() {
    if (woken.getAndIncrement() == 0) {
      try {
        executor.execute(this::run);
      } catch (RejectedExecutionException _) {
        // the gateway stops; what is left is brought after the next start
      }
    }
  }

  private void run() {
    int seen;
    do {
      seen = woken.get();
      work.run();
    } while (!woken.compareAndSet(seen, 0));
  }
}
