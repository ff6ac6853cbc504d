package holdfast.chaos;

import com.google.common.util.concurrent.RateLimiter;
import holdfast.chaos.Wishes.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/// Callers who start, stop, ask and send, whichever tenant chance brings them.
final class Callers {
  private static final int CALLERS = 8;
  private static final int COOLING_DOWN = 423;
  private static final int SENDING = 409;
  private static final double CALLS_PER_SECOND = 25;

  private final Town town;
  private final int tenants;
  private final long seed;
  private final Wishes wishes = new Wishes();
  private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();

  Callers(Town town, int tenants, long seed) {
    this.town = town;
    this.tenants = tenants;
    this.seed = seed;
  }

  Wishes wishes() {
    return wishes;
  }

  /// How often what was answered how, over all calls: `start 200`.
  Map<String, Long> answers() {
    var sums = new TreeMap<String, Long>();
    answers.forEach((what, count) -> sums.put(what, count.sum()));
    return sums;
  }

  void hammer(Duration time) throws InterruptedException {
    var until = Instant.now().plus(time);
    all(
        (random, _) -> {
          var pace = RateLimiter.create(CALLS_PER_SECOND);
          while (Instant.now().isBefore(until)) {
            pace.acquire();
            call(random, random.nextInt(tenants));
          }
        });
  }

  /// Each tenant is told once more what it shall be, by one caller alone, so that its last wish is
  /// beyond doubt.
  void last() throws InterruptedException {
    all(
        (random, caller) -> {
          for (int tenant = caller; tenant < tenants; tenant += CALLERS) {
            wish(tenant, random.nextInt(10) > 0, Map.of());
          }
        });
  }

  @FunctionalInterface
  private interface Caller {
    void call(SplittableRandom random, int number);
  }

  private void all(Caller caller) throws InterruptedException {
    var root = new SplittableRandom(seed);
    var calls = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < CALLERS; i++) {
      int number = i;
      var random = root.split();
      calls.add(
          () -> {
            caller.call(random, number);
            return true;
          });
    }
    try (var pool = Executors.newFixedThreadPool(CALLERS)) {
      Town.results(pool.invokeAll(calls));
    }
  }

  private void call(SplittableRandom random, int tenant) {
    int chance = random.nextInt(100);
    if (chance < 30) {
      wish(tenant, true, Map.of());
    } else if (chance < 35) {
      wish(tenant, true, Map.of("wait", "connected", "timeout", "PT1S"));
    } else if (chance < 42) {
      wish(tenant, false, Map.of());
    } else if (chance < 70) {
      answered("status", town.gateway().get(Town.path(tenant) + "/status").status());
    } else {
      send(random, tenant);
    }
  }

  private void wish(int tenant, boolean start, Map<String, ?> body) {
    var what = start ? "start" : "stop";
    var begun = Instant.now();
    int status = town.gateway().post(Town.path(tenant) + "/" + what, body).status();
    // R16, R27: it was refused, and what was wanted before still holds.
    if (status != COOLING_DOWN && status != SENDING) {
      wishes.made(tenant, new Wish(start, begun, Instant.now(), status));
    }
    answered(what, status);
  }

  private void send(SplittableRandom random, int tenant) {
    var to = random.nextBoolean() ? Town.ECHO : Town.number(random.nextInt(tenants));
    // Who refuses to queue waits for a tenant that is on its way back: few do, or none would call.
    var busy = random.nextInt(10) == 0 ? "refuse" : "queue";
    var body = Map.of("to", "+" + to, "type", "text", "text", "hello", "whenBusy", busy);
    answered("send", town.gateway().post(Town.path(tenant) + "/messages", body).status());
  }

  private void answered(String what, int status) {
    answers.computeIfAbsent(what + " " + status, _ -> new LongAdder()).increment();
  }
}
