package holdfast.chaos;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What many have written while a tenant was away comes at its next login, all at once.
final class Backlog {
  /// The heap of the gateway that takes it: nothing may grow with what waits.
  static final String HEAP = "64m";

  private static final int TENANT = 0;
  private static final int SENDERS = 10;
  private static final long FIRST_SENDER = 15_550_300_000L;
  private static final Duration TAKEN_WITHIN = Duration.ofMinutes(10);
  private static final String TAKEN = "session.backlog_received";

  private final Town town;
  private final int messages;
  private final PrintStream out;
  private final List<String> wrong = new ArrayList<>();

  Backlog(Town town, int messages, PrintStream out) {
    this.town = town;
    this.messages = messages;
    this.out = out;
  }

  /// Gives what wasn't as it must be.
  List<String> run() throws IOException, InterruptedException {
    town.link(1);
    town.gateway().post(Town.path(TENANT) + "/stop", Map.of());
    town.awaitState(TENANT, "stopped");
    long before = last(0);
    write();

    var began = Instant.now();
    town.gateway().post(Town.path(TENANT) + "/start", Map.of());
    await()
        .atMost(TAKEN_WITHIN)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !page(before, 1, Optional.of(TAKEN)).isEmpty());
    var took = Duration.between(began, Instant.now());
    out.printf(
        "%,d messages in %.1f s, %,.0f a second; %s%n",
        messages,
        took.toMillis() / 1000.0,
        messages * 1000.0 / took.toMillis(),
        Vitals.of(town.gateway().pid()));
    check(before);
    return wrong;
  }

  /// Each phone writes in its turn, so that the order over all is known.
  private void write() {
    for (int sender = 0; sender < SENDERS; sender++) {
      town.sandbox().makePhone(sender(sender), "Sender " + sender);
    }
    for (int n = 0; n < messages; n++) {
      town.sandbox().sendFromPhone(sender(n % SENDERS), Town.number(TENANT), text(n));
    }
  }

  private static String sender(int number) {
    return Long.toString(FIRST_SENDER + number);
  }

  private static String text(int number) {
    return "backlog " + number;
  }

  /// Page by page: each message is one event, in its order, and the end is told behind the last.
  private void check(long before) {
    int next = 0;
    long after = before;
    for (var page = page(after, 1_000, Optional.empty());
        !page.isEmpty();
        page = page(after, 1_000, Optional.empty())) {
      for (var event : page) {
        after = event.required("seq").asLong();
        switch (event.required("type").asText()) {
          case "message.received" -> {
            var said = event.required("data").path("text").asText();
            expect(said.equals(text(next)), "instead of " + text(next) + " came: " + said);
            next++;
          }
          case "message.undecryptable" -> expect(false, "undecryptable: " + event);
          case TAKEN -> {
            int count = event.required("data").required("count").asInt();
            expect(next == messages, "the end was told after " + next);
            expect(count >= messages, "the end was told of " + count);
          }
          default -> {}
        }
      }
    }
    expect(next == messages, next + " messages came");
    expect(town.sandbox().unanswered(Town.number(TENANT), 1) == 0, "something is unanswered");
    expect(town.sandbox().violations(Optional.empty()).isEmpty(), "there are violations");
    expect(town.replacedLive() == 0, "a living socket was replaced");
  }

  private long last(long after) {
    var events = town.gateway().events("t" + TENANT, after);
    return events.isEmpty() ? after : events.getLast().required("seq").asLong();
  }

  private List<JsonNode> page(long after, int limit, Optional<String> type) {
    var query = "/events?after=" + after + "&limit=" + limit;
    var path = Town.path(TENANT) + query + type.map(it -> "&types=" + it).orElse("");
    var events = new ArrayList<JsonNode>();
    town.gateway().get(path).body().required("events").forEach(events::add);
    return events;
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      wrong.add(otherwise);
    }
  }
}
