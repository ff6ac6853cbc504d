package holdfast.gateway.webhook;

import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one piece of work again for every time it was woken, never twice at once, on a virtual
/// thread
/// that exists only while there is something to do.
final class Mailbox {
  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

  private final Runnable work;
  private final AtomicInteger woken = new AtomicInteger();

  Mailbox(Runnable work) {
    this.work = work;
  }

  void wake() {
    if (woken.getAndIncrement() == 0) {
      Thread.ofVirtual().name("courier").start(this::run);
    }
  }

  private void run() {
    int seen;
    do {
      seen = woken.get();
      try {
        work.run();
      } catch (RuntimeException e) {
        log.error("webhooks: a courier failed and goes on when it is woken again", e);
      }
    } while (!woken.compareAndSet(seen, 0));
  }
}
