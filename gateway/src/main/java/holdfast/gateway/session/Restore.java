package holdfast.gateway.session;

import com.google.common.util.concurrent.RateLimiter;
import holdfast.client.Names;
import holdfast.client.Store.StoreUnavailable;
import holdfast.gateway.store.Tenants;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings back every tenant that is wanted, after a start (R21).
///
/// One that fails, or takes its time, holds up nobody. While the store can't be asked, those for
/// whom it is needed are tried again and again: what was connected isn't given up.
final class Restore {
  private static final Logger log = LoggerFactory.getLogger(Restore.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /// More would only queue before the store.
  private static final int MOST_AT_ONCE = 64;

  private final Tenants tenants;
  private final Sessions sessions;
  private final CountDownLatch end;
  private final RateLimiter rate;
  private Duration pause = FIRST_PAUSE;

  /// `end`: open once nobody is to be brought back any more.
  Restore(Tenants tenants, Sessions sessions, CountDownLatch end, double perSecond) {
    this.tenants = tenants;
    this.sessions = sessions;
    this.end = end;
    this.rate = RateLimiter.create(perSecond);
  }

  /// Blocks until all have been told, or the end.
  void run() {
    var read = wanted();
    while (read.isEmpty() && goesOn()) {
      read = wanted();
    }
    var wanted = read.orElse(List.of());
    var left = round(wanted);
    while (!left.isEmpty() && goesOn()) {
      left = round(left);
    }
    if (!wanted.isEmpty()) {
      log.info("{} sessions restored", wanted.size() - left.size());
    }
  }

  private Optional<List<String>> wanted() {
    try {
      return Optional.of(tenants.wanted());
    } catch (StoreUnavailable e) {
      log.warn("who is to be restored can't be read yet: {}", e.toString());
      return Optional.empty();
    }
  }

  /// Gives those for whom the store couldn't be asked.
  private List<String> round(List<String> wanted) {
    var again = new ConcurrentLinkedQueue<String>();
    var places = new Semaphore(MOST_AT_ONCE);
    try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var tenant : wanted) {
        if (end.getCount() == 0) {
          break;
        }
        rate.acquire();
        places.acquireUninterruptibly();
        each.execute(
            () -> {
              if (!isTried(tenant)) {
                again.add(tenant);
              }
              places.release();
            });
      }
    }
    return List.copyOf(again);
  }

  private boolean isTried(String tenant) {
    try {
      sessions.find(tenant).ifPresent(TenantSession::restore);
      return true;
    } catch (StoreUnavailable e) {
      log.warn("tenant={} can't be restored yet: {}", Names.masked(tenant), e.toString());
      return false;
    } catch (RuntimeException e) {
      log.error("tenant={} couldn't be restored", Names.masked(tenant), e);
      return true;
    }
  }

  /// After a pause.
  private boolean goesOn() {
    try {
      boolean ended = end.await(pause.toMillis(), TimeUnit.MILLISECONDS);
      var longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
      return !ended;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
