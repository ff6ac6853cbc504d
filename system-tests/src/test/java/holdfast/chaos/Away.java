package holdfast.chaos;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The network goes away and comes back: the loopback interface of a network namespace that holds
/// gateway and sandbox goes down, so that packets vanish and nothing is refused (R40).
///
/// Only ever in a namespace of its own: it would take the machine's own loopback down.
final class Away {
  private static final int TENANTS = 5;

  /// Longer than this nobody fails to see that nothing comes in any more: 30 s, a ping, 15 s.
  private static final Duration NOTICED = Duration.ofSeconds(50);

  private static final Duration RECOVERED = Duration.ofSeconds(5);

  /// After a short cut TCP sends again what it has kept, at the latest after this.
  private static final Duration CALM = Duration.ofSeconds(20);

  private final Town town;
  private final PrintStream out;
  private final List<String> wrong = new ArrayList<>();

  Away(Town town, PrintStream out) {
    this.town = town;
    this.out = out;
  }

  /// Gives what wasn't as it must be.
  List<String> run(Duration away) throws IOException, InterruptedException {
    town.link(TENANTS);
    long opened = opened();
    var gone = cut(away);
    var back = Instant.now();
    if (away.compareTo(Duration.ofSeconds(10)) < 0) {
      survived(opened, gone);
    } else {
      recovered(gone, back);
    }
    expect(town.replacedLive() == 0, "a living socket was replaced");
    return wrong;
  }

  private static Instant cut(Duration away) throws IOException, InterruptedException {
    var gone = Instant.now();
    loopback("down");
    pass(away);
    loopback("up");
    return gone;
  }

  private static void pass(Duration time) {
    var until = Instant.now().plus(time);
    await().atMost(time.plusSeconds(10)).until(() -> Instant.now().isAfter(until));
  }

  private static void loopback(String state) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder("ip", "link", "set", "lo", state).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("ip link set lo " + state + ": " + said);
    }
  }

  /// TCP took the cut: the same connections, and nothing opened.
  private void survived(long opened, Instant gone) {
    pass(CALM);
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      expect(town.state(tenant).equals("connected"), "t" + tenant + " isn't connected");
      var since = after(tenant, gone);
      expect(since.isEmpty(), "t" + tenant + " went through " + since);
    }
    expect(opened() == opened, (opened() - opened) + " sockets were opened");
    out.printf("survived: %d tenants connected, %d sockets opened%n", TENANTS, opened() - opened);
  }

  private void recovered(Instant gone, Instant back) {
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      town.awaitState(tenant, "connected");
      var states = after(tenant, gone);
      var waiting = first(states, "waiting");
      var connected = states.getFirst();
      var noticed = waiting.map(it -> Duration.between(gone, at(it)));
      var healed = Duration.between(back, at(connected));
      var reason = waiting.map(it -> it.path("reason").asText()).orElse("none");
      out.printf(
          "t%d: waiting after %s (%s), connected %s after the network was back%n",
          tenant, noticed.map(Duration::toString).orElse("never"), reason, healed);
      expect(
          noticed.filter(it -> it.compareTo(NOTICED) < 0).isPresent(), "t" + tenant + " was late");
      expect(!reason.isEmpty() && !reason.equals("null"), "t" + tenant + " has no reason");
      expect(connected.path("state").asText().equals("connected"), "t" + tenant + " isn't back");
      expect(healed.compareTo(RECOVERED) < 0, "t" + tenant + " was slow to come back");
    }
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      // An attempt that was given up while the network was away may still be counted beside these:
      // it has never said whose it was.
      int open = town.sandbox().sockets().of(Town.number(tenant) + ":1").orElseThrow().open();
      expect(open == 1, "t" + tenant + " has " + open + " sockets");
    }
  }

  private long opened() {
    return town.sandbox().sockets().total().accepted();
  }

  /// The transitions since then, the newest first.
  private List<JsonNode> after(int tenant, Instant since) {
    var page = town.gateway().get(Town.path(tenant) + "/timeline?limit=1000&since=" + since);
    var found = new ArrayList<JsonNode>();
    page.body().required("transitions").forEach(found::add);
    return found;
  }

  private static Optional<JsonNode> first(List<JsonNode> newestFirst, String state) {
    return newestFirst.stream()
        .filter(it -> it.path("state").asText().equals(state))
        .reduce((_, earlier) -> earlier);
  }

  private static Instant at(JsonNode transition) {
    return Instant.parse(transition.required("at").asText());
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      wrong.add(otherwise);
    }
  }
}
