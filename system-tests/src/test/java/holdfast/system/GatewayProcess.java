package holdfast.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.sandbox.Sandbox;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The gateway as users run it: a process of its own, driven over HTTP, that can be ended politely
/// or killed.
public final class GatewayProcess implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  /// The admin key of every gateway that is started here.
  static final String KEY = "test-admin-key-0123456789abcdef0123456789abcdef";
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String HEAP = "512m";

  /// An answer: status and body; the body is missing when it wasn't JSON.
  public record Answer(int status, JsonNode body) {}

  private final Process process;
  private final URI base;
  private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
  /// As most clients do: without an offer to change to HTTP/2 on each new connection.
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private GatewayProcess(Process process) throws InterruptedException {
    this.process = process;
    var ready = new CompletableFuture<String>();
    read(process, ready);
    try {
      this.base = URI.create(ready.get(BOUND.toSeconds(), TimeUnit.SECONDS));
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new AssertionError("the gateway didn't start:\n" + String.join("\n", log), e);
    }
  }

  /// On a free port, with everything in `data`, against the sandbox; returns when it listens.
  public static GatewayProcess start(Path data, Sandbox sandbox, String... flags)
      throws IOException, InterruptedException {
    return start(data, sandbox.wsUrl(), sandbox.noiseRoot(), flags);
  }

  /// Against whatever is at that address, under that Noise root.
  public static GatewayProcess start(Path data, URI whatsapp, byte[] root, String... flags)
      throws IOException, InterruptedException {
    return begin(List.of(), HEAP, all(data, whatsapp, root, flags));
  }

  /// With so much memory for its objects, as `-Xmx` takes it.
  public static GatewayProcess startWithin(String heap, Path data, Sandbox sandbox, String... flags)
      throws IOException, InterruptedException {
    return begin(List.of(), heap, all(data, sandbox.wsUrl(), sandbox.noiseRoot(), flags));
  }

  /// By a command that runs what follows it.
  static GatewayProcess startUnder(
      List<String> wrapper, Path data, Sandbox sandbox, String... flags)
      throws IOException, InterruptedException {
    return begin(wrapper, HEAP, all(data, sandbox.wsUrl(), sandbox.noiseRoot(), flags));
  }

  private static List<String> all(Path data, URI whatsapp, byte[] root, String... flags) {
    var all =
        new ArrayList<>(
            List.of(
                "run",
                "--port",
                "0",
                "--data",
                data.toString(),
                "--whatsapp-url",
                whatsapp.toString(),
                "--whatsapp-root",
                HexFormat.of().formatHex(root),
                "--pacing",
                "off"));
    all.addAll(List.of(flags));
    return all;
  }

  private static GatewayProcess begin(List<String> wrapper, String heap, List<String> flags)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(wrapper);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx" + heap,
            "-cp",
            System.getProperty("java.class.path"),
            Leashed.class.getName()));
    command.addAll(flags);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("HOLDFAST_"));
    builder.environment().put("HOLDFAST_ADMIN_KEY", KEY);
    return new GatewayProcess(builder.start());
  }

  private void read(Process from, CompletableFuture<String> ready) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (var lines =
                  new BufferedReader(
                      new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8))) {
                lines
                    .lines()
                    .forEach(
                        line -> {
                          log.add(line);
                          if (line.startsWith("ready ")) {
                            ready.complete(line.substring("ready ".length()).trim());
                          }
                        });
              } catch (IOException | UncheckedIOException e) {
                log.add("output ended: " + e.getMessage());
              } finally {
                ready.completeExceptionally(new IOException("the process ended"));
              }
            });
  }

  /// For those who look at the process from outside.
  public long pid() {
    return process.pid();
  }

  public String url() {
    return base.toString();
  }

  public Answer get(String path) {
    return send(request(path).GET());
  }

  public Answer put(String path, Map<String, ?> body) {
    return send(request(path).PUT(json(body)));
  }

  public Answer post(String path, Map<String, ?> body) {
    return send(request(path).POST(json(body)));
  }

  public Answer post(String path, Map<String, ?> body, String idempotencyKey) {
    return send(request(path).header("Idempotency-Key", idempotencyKey).POST(json(body)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path))
        .timeout(BOUND)
        .header("Authorization", "Bearer " + KEY)
        .header("Accept", "application/json")
        .header("Content-Type", "application/json");
  }

  private static HttpRequest.BodyPublisher json(Map<String, ?> body) {
    return HttpRequest.BodyPublishers.ofString(JSON.valueToTree(body).toString());
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no answer at %s; log:%n%s".formatted(Instant.now(), String.join("\n", log)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /// All events of a tenant after `seq`.
  public List<JsonNode> events(String tenant, long seq) {
    var all = new ArrayList<JsonNode>();
    var after = seq;
    while (true) {
      var body = get("/v1/tenants/" + tenant + "/events?limit=1000&after=" + after).body();
      var page = body.required("events");
      page.forEach(all::add);
      if (page.isEmpty()) {
        return all;
      }
      after = body.required("next").asLong();
    }
  }

  /// The texts that a tenant has received, in the order of its log.
  public List<String> texts(String tenant) {
    return events(tenant, 0).stream()
        .filter(event -> event.required("type").asText().equals("message.received"))
        .map(event -> event.required("data").path("text").asText())
        .toList();
  }

  /// SIGTERM, and waits for the end; gives the exit code.
  public int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the gateway doesn't end:\n" + String.join("\n", log));
    }
    return process.exitValue();
  }

  /// SIGKILL.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  public List<String> log() {
    return List.copyOf(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
