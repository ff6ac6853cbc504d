package holdfast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import holdfast.system.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The sandbox and the measured process, each on its own, ready to be told what to do.
///
/// The sandbox keeps its world where a sync costs nothing (memory, where the machine has such a
/// folder); the measured process keeps its own on the real disk, in its own process or in a
/// PostgreSQL's.
final class Stage implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  /// Companions that are asked for, and handed on, at once.
  private static final int PORTION = 100;

  private static final int PREKEYS = 20;
  private static final long FIRST_NUMBER = 15_552_000_000L;

  private final Path folder;
  private final Path world;
  private final Optional<Postgres> postgres;
  private final Jvm sandbox;
  private final Jvm measured;
  private final String control;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> numbers = new ArrayList<>();
  private long nextNumber = FIRST_NUMBER;

  private Stage(Path folder, Path world, Optional<Postgres> postgres) {
    this.folder = folder;
    this.world = world;
    this.postgres = postgres;
    this.sandbox =
        Jvm.start(
            holdfast.sandbox.Main.class,
            folder.resolve("sandbox.log"),
            List.of("--port", "0", "--data", world.toString()));
    this.control = sandbox.awaitLine("sandbox ready") + "/sandbox";
    var about = get("");
    var arguments = new ArrayList<String>();
    arguments.add(about.path("wsUrl").asText());
    arguments.add(about.path("noiseRoot").asText());
    arguments.add(folder.resolve("data").toString());
    postgres.ifPresent(it -> arguments.add(it.url()));
    this.measured = Jvm.start(Measured.class, folder.resolve("measured.log"), arguments);
    measured.awaitLine(Measured.READY);
  }

  /// The store is the embedded one.
  static Stage set() {
    return set(false);
  }

  static Stage onPostgres() {
    return set(true);
  }

  private static Stage set(boolean postgres) {
    try {
      var memory = Path.of("/dev/shm");
      var folder = Files.createTempDirectory("holdfast-bench");
      var world =
          Files.isWritable(memory)
              ? Files.createTempDirectory(memory, "holdfast-bench")
              : Files.createDirectory(folder.resolve("world"));
      return new Stage(
          folder,
          world,
          postgres ? Optional.of(Postgres.start(folder.resolve("postgres"))) : Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- the sandbox

  private JsonNode get(String path) {
    return ask(HttpRequest.newBuilder(URI.create(control + path)).build());
  }

  JsonNode post(String path, ObjectNode body) {
    var content = BodyPublishers.ofString(body.toString());
    return ask(HttpRequest.newBuilder(URI.create(control + path)).POST(content).build());
  }

  private JsonNode ask(HttpRequest request) {
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IllegalStateException("the sandbox refuses: " + answer.body());
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the sandbox", e);
    }
  }

  /// A new phone without companions; gives its number.
  String phone(boolean echoes) {
    var number = Long.toString(nextNumber++);
    var phone = JSON.createObjectNode().put("number", number).put("pushName", "Peer");
    post("/phones", phone.put("echo", echoes));
    return number;
  }

  /// Texts of a phone to somebody, written now and delivered when they can be.
  void write(String phone, String to, int count) {
    for (int left = count; left > 0; left -= 1000) {
      var some = JSON.createObjectNode().put("to", to).put("text", "A message of usual length.");
      post("/phones/" + phone + "/messages", some.put("count", Math.min(left, 1000)));
    }
  }

  /// Violations that the server has seen: figures of a run that has any are void.
  int violations() {
    return get("/violations").path("violations").size();
  }

  // ---- the measured process

  /// What its store is.
  String storeWords() {
    return postgres.map(Postgres::words).orElse("SQLite, synchronous FULL");
  }

  JsonNode tell(String what, ObjectNode how) {
    measured.say(how.put("do", what).toString());
    try {
      return JSON.readTree(measured.awaitLine(Measured.DONE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode tell(String what) {
    return tell(what, JSON.createObjectNode());
  }

  /// Gives the measured process more tenants, linked and not connected, until it has `count`.
  void prepare(int count) {
    while (numbers.size() < count) {
      int portion = Math.min(PORTION, count - numbers.size());
      var ask = JSON.createObjectNode().put("first", Long.toString(nextNumber));
      var made = post("/prepared", ask.put("count", portion).put("preKeys", PREKEYS));
      var take = JSON.createObjectNode();
      take.set("companions", (ArrayNode) made.path("companions"));
      tell("take", take);
      for (int i = 0; i < portion; i++) {
        numbers.add(Long.toString(nextNumber++));
      }
    }
  }

  /// Of the phone that a tenant is linked to.
  String numberOf(int tenant) {
    return numbers.get(tenant);
  }

  @Override
  public void close() {
    measured.close();
    sandbox.close();
    postgres.ifPresent(Postgres::close);
    try {
      new Scratch(folder).close();
      new Scratch(world).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
