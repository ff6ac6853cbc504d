package holdfast.chaos;

import static org.awaitility.Awaitility.await;

import holdfast.sandbox.control.SocketsView;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/// So many callers start one tenant at the same instant, again and again: each time one socket, and
/// an answer for each of them (R1, R3).
final class Starts {
  /// What a run has shown. `answers`: how often each answer was given.
  record Shown(
      String name,
      long rounds,
      long sockets,
      int maxOpen,
      Map<String, Long> answers,
      Duration took) {
    boolean holds() {
      // A late one of the hundred may find it connected; nobody is refused, nobody opens another.
      return sockets == rounds
          && maxOpen == 1
          && answers.values().stream().mapToLong(Long::longValue).sum() == rounds * CALLERS
          && EXPECTED.containsAll(answers.keySet());
    }

    void print(PrintStream out) {
      out.printf(
          "%s: %d rounds, %d sockets, at most %d at once, answers %s, %d s%n",
          name, rounds, sockets, maxOpen, answers, took.toSeconds());
    }
  }

  private static final int CALLERS = 100;
  private static final Set<String> EXPECTED =
      Set.of("started", "already_connected", "start_in_progress", "start_in_progress_completed");

  private final Town town;

  Starts(Town town) {
    this.town = town;
  }

  /// A tenant that isn't linked yet, and then is.
  static List<Shown> unpairedAndPaired(Town town, int rounds) throws InterruptedException {
    var starts = new Starts(town);
    town.make(0);
    var unpaired = starts.run("unpaired", rounds, "qr", "awaiting_scan");
    town.link(0, Duration.ZERO);
    town.gateway().post(Town.path(0) + "/stop", Map.of());
    starts.awaitSilence();
    return List.of(unpaired, starts.run("paired", rounds, "connected", "connected"));
  }

  /// Each round ends with a stop. `wait`: what the callers wait for, and what the tenant comes to.
  private Shown run(String name, int rounds, String wait, String state)
      throws InterruptedException {
    int tenant = 0;
    var began = Instant.now();
    var before = town.sandbox().sockets().total().accepted();
    var answers = new TreeMap<String, Long>();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < rounds; round++) {
        Callable<String> start =
            () -> {
              var body = Map.of("wait", wait, "timeout", "PT30S");
              var answer = town.gateway().post(Town.path(tenant) + "/start", body).body();
              return answer.path("result").asText("none");
            };
        for (var result : Town.results(callers.invokeAll(Collections.nCopies(CALLERS, start)))) {
          answers.merge(result, 1L, Long::sum);
        }
        town.awaitState(tenant, state);
        town.gateway().post(Town.path(tenant) + "/stop", Map.of());
        awaitSilence();
      }
    }
    var after = town.sandbox().sockets().total();
    return new Shown(
        name,
        rounds,
        after.accepted() - before,
        after.maxOpen(),
        answers,
        Duration.between(began, Instant.now()));
  }

  private void awaitSilence() {
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> sockets().open() == 0);
  }

  private SocketsView.Total sockets() {
    return town.sandbox().sockets().total();
  }
}
