package holdfast.chaos;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import holdfast.sandbox.control.SocketsView;
import holdfast.system.GatewayProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A sandbox in this process, a gateway in one of its own, and tenants that are linked to phones.
final class Town implements AutoCloseable {
  private static final Duration LINKED_WITHIN = Duration.ofSeconds(60);
  private static final long FIRST_NUMBER = 15_550_200_000L;
  private static final int AT_ONCE = 4;

  /// Answers each text with the same text.
  static final String ECHO = "15550109002";

  private final Sandbox sandbox;
  private final Optional<Line> line;
  private final GatewayProcess gateway;

  private Town(Sandbox sandbox, Optional<Line> line, GatewayProcess gateway) {
    this.sandbox = sandbox;
    this.line = line;
    this.gateway = gateway;
  }

  /// `flags`: of the gateway.
  static Town build(Path folder, String... flags)
      throws Sandbox.NotStarted, IOException, InterruptedException {
    var sandbox = Sandbox.start(SandboxSettings.inMemory());
    return new Town(
        sandbox, Optional.empty(), GatewayProcess.start(folder.resolve("data"), sandbox, flags));
  }

  /// With a gateway that has so much memory for its objects, as `-Xmx` takes it.
  static Town buildWithin(String heap, Path folder)
      throws Sandbox.NotStarted, IOException, InterruptedException {
    var sandbox = Sandbox.start(SandboxSettings.inMemory());
    var gateway = GatewayProcess.startWithin(heap, folder.resolve("data"), sandbox);
    return new Town(sandbox, Optional.empty(), gateway);
  }

  /// With a line of that quality between the two.
  static Town buildBehind(Line.Quality quality, Path folder)
      throws Sandbox.NotStarted, IOException, InterruptedException {
    var sandbox = Sandbox.start(SandboxSettings.inMemory());
    var line = Line.to(sandbox.wsUrl(), quality);
    var gateway = GatewayProcess.start(folder.resolve("data"), line.url(), sandbox.noiseRoot());
    return new Town(sandbox, Optional.of(line), gateway);
  }

  Sandbox sandbox() {
    return sandbox;
  }

  GatewayProcess gateway() {
    return gateway;
  }

  static String path(int tenant) {
    return "/v1/tenants/t" + tenant;
  }

  static String number(int tenant) {
    return Long.toString(FIRST_NUMBER + tenant);
  }

  void make(int tenant) {
    gateway.put(path(tenant), Map.of());
    sandbox.makePhone(number(tenant), "Tenant " + tenant);
  }

  /// Makes and links tenants 0 to `count` - 1.
  void link(int count) throws InterruptedException {
    each(
        count,
        tenant -> {
          make(tenant);
          link(tenant, Duration.ZERO);
        });
  }

  @FunctionalInterface
  interface Errand {
    void run(int tenant);
  }

  /// Does something for tenants 0 to `count` - 1, several at once.
  static void each(int count, Errand errand) throws InterruptedException {
    try (var pool = Executors.newFixedThreadPool(AT_ONCE)) {
      var errands = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < count; i++) {
        int tenant = i;
        errands.add(
            () -> {
              errand.run(tenant);
              return true;
            });
      }
      results(pool.invokeAll(errands));
    }
  }

  static <T> List<T> results(List<Future<T>> futures) throws InterruptedException {
    var results = new ArrayList<T>(futures.size());
    for (var future : futures) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        throw new AssertionError("one of many has failed", e);
      }
    }
    return results;
  }

  /// Starts a tenant that is made, scans its code where it shows one, and awaits the end of that.
  void link(int tenant, Duration before) {
    await()
        .pollDelay(before)
        .atMost(LINKED_WITHIN)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              var state = state(tenant);
              switch (state) {
                case "stopped", "logged_out", "refused", "conflicted" ->
                    gateway.post(path(tenant) + "/start", Map.of("wait", "qr", "timeout", "PT20S"));
                case "awaiting_scan" -> scan(tenant);
                default -> {}
              }
              return state.equals("connected");
            });
  }

  private void scan(int tenant) {
    var qr = gateway.get(path(tenant) + "/qr");
    if (qr.status() == 200) {
      sandbox.scan(number(tenant), qr.body().required("qr").asText());
    }
  }

  JsonNode status(int tenant) {
    return gateway.get(path(tenant) + "/status").body();
  }

  String state(int tenant) {
    return status(tenant).required("state").asText();
  }

  void awaitState(int tenant, String state) {
    await()
        .alias(path(tenant) + " is " + state)
        .atMost(LINKED_WITHIN)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> state(tenant).equals(state));
  }

  /// Sockets of ours that were replaced while they still answered: R1 says there are none.
  long replacedLive() {
    return sandbox.sockets().links().stream().mapToLong(SocketsView.Link::replacedLive).sum();
  }

  @Override
  public void close() throws IOException {
    gateway.close();
    if (line.isPresent()) {
      line.get().close();
    }
    sandbox.close();
  }
}
