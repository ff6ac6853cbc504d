package holdfast.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An unmodified Baileys client in a process of its own, as an application of that library.
///
/// It links to any server that speaks the protocol, keeps its credentials in a multi-file folder
/// (the form that R26 imports), and reconnects by itself after 515. Commands block until the peer
/// has answered; `await…` methods block until the thing has happened, with a bound. Closing it
/// kills the process, whatever state it is in.
public final class BaileysPeer implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// Longer than the library's own query timeout is never worth waiting for in a test.
  private static final Duration BOUND = Duration.ofSeconds(40);

  private final Process process;
  private final Writer stdin;
  private final Path authDir;
  private final PeerEvents events = new PeerEvents();
  private final AtomicLong commands = new AtomicLong();

  /// The pinned clients, by the names that the peer's `package.json` gives them.
  public enum Version {
    SEVEN("@whiskeysockets/baileys"),
    /// Writes the old form of the folder: no marks of LIDs, no table of them.
    SIX("baileys-6");

    private final String dependency;

    Version(String dependency) {
      this.dependency = dependency;
    }

    Path packages() {
      return folder().resolve("node_modules").resolve(dependency);
    }
  }

  /// A message as the peer shows it to its application. `from` is the chat; `participant` is set in
  /// groups; `type` is `notify` for what arrives live and `append` for what is its own or old.
  public record Message(
      String id,
      String from,
      @Nullable String fromAlt,
      @Nullable String participant,
      boolean fromMe,
      String type,
      String kind,
      @Nullable String text,
      JsonNode content) {}

  /// The account the peer is linked to: `me` without, `device` and `lid` with the device part.
  public record Account(String me, String device, @Nullable String lid, @Nullable String name) {}

  /// The end of a connection: Baileys' status code (0 when it ended by itself) and its text;
  /// `again` says that the peer reconnects by itself.
  public record Close(int code, String reason, boolean again) {}

  /// What the servers and receivers say of a message: 2 server, 3 delivered, 4 read, 5 played.
  public record Status(String id, String from, int status) {}

  private BaileysPeer(Process process, Path authDir) {
    this.process = process;
    this.authDir = authDir;
    this.stdin = process.outputWriter(StandardCharsets.UTF_8);
    read(process.getInputStream(), this::told);
    read(process.getErrorStream(), events::logged);
  }

  /// Starts the process; nothing is opened before [#start].
  public static BaileysPeer launch(Path authDir) {
    return launch(authDir, Map.of());
  }

  /// As [#launch(Path)], of another version.
  public static BaileysPeer launch(Path authDir, Version version) {
    return launch(authDir, Map.of("HOLDFAST_PEER_BAILEYS", version.dependency));
  }

  /// As [#launch(Path)], and trusting the certificates in `caFile` for media.
  public static BaileysPeer launch(Path authDir, Path caFile) {
    return launch(authDir, Map.of("NODE_EXTRA_CA_CERTS", caFile.toAbsolutePath().toString()));
  }

  private static BaileysPeer launch(Path authDir, Map<String, String> environment) {
    var builder = new ProcessBuilder("node", "peer.mjs").directory(folder().toFile());
    builder.environment().putAll(environment);
    try {
      var peer = new BaileysPeer(builder.start(), authDir.toAbsolutePath());
      peer.take("ready");
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where the peer's script lives, seen from the module that Surefire runs.
  static Path folder() {
    return Path.of(System.getProperty("basedir", "system-tests"), "peer").toAbsolutePath();
  }

  /// Connects to the server at `url`; an unlinked peer then shows a QR.
  public void start(URI url) {
    start(url, _ -> {});
  }

  /// Connects and asks for a pairing code for this number instead of showing the QR to a phone.
  public void startWithCode(URI url, String phone) {
    start(url, options -> options.put("pairingPhone", phone));
  }

  /// Connects, and connects again by itself after every end but a logout.
  public void startAndReconnect(URI url) {
    start(url, options -> options.put("reconnect", true));
  }

  /// Connects with further options of the peer's `start` command.
  public void start(URI url, Consumer<ObjectNode> options) {
    command(
        "start",
        arguments -> {
          arguments.put("url", url.toString()).put("authDir", authDir.toString());
          options.accept(arguments);
        });
  }

  public String awaitQr() {
    return take("qr").required("qr").asText();
  }

  public String awaitPairingCode() {
    return take("pairing-code").required("code").asText();
  }

  public Account awaitOpen() {
    JsonNode open = take("open");
    return new Account(
        open.required("me").asText(),
        open.required("device").asText(),
        optional(open, "lid"),
        optional(open, "name"));
  }

  /// All that waited on the server while the peer was away has been handed over.
  public void awaitCaughtUp() {
    take("caught-up");
  }

  public Close awaitClose() {
    JsonNode close = take("close");
    return new Close(
        close.required("code").asInt(),
        close.required("reason").asText(),
        close.required("again").asBoolean());
  }

  public Message awaitText(String text) {
    return awaitMessage("text \"" + text + "\"", message -> text.equals(message.text()));
  }

  public Message awaitText(Predicate<Message> fits) {
    return awaitMessage("text", message -> message.text() != null && fits.test(message));
  }

  public Message awaitMessage(String sought, Predicate<Message> fits) {
    return message(take(sought, named("message").and(event -> fits.test(message(event)))));
  }

  /// Waits until a message sent by this peer has reached at least this status in a 1:1 chat.
  public Status awaitStatus(String id, int atLeast) {
    Predicate<JsonNode> reached =
        event -> id.equals(event.path("id").asText()) && event.path("status").asInt() >= atLeast;
    JsonNode update = take("status of " + id, named("update").and(reached));
    return new Status(id, update.required("from").asText(), update.required("status").asInt());
  }

  /// Waits for a member's receipt (`delivered` or `read`) of a message sent to a group.
  public JsonNode awaitReceipt(String id, String type) {
    Predicate<JsonNode> fits =
        event -> id.equals(event.path("id").asText()) && type.equals(event.path("type").asText());
    return take(type + " receipt of " + id, named("receipt").and(fits));
  }

  public JsonNode awaitUndecryptable() {
    return take("undecryptable");
  }

  /// Waits for any event by name: `history`, `presence`, `group`, `members`.
  public JsonNode take(String event) {
    return take(event, named(event));
  }

  /// Whether such an event came and wasn't awaited: for what must not happen.
  public boolean holds(String event, Predicate<JsonNode> fits) {
    return events.holds(named(event).and(fits));
  }

  /// How often the peer has left this device (`USER:DEVICE`) out of a send, by its own log.
  ///
  /// Baileys keeps the ratchets that a send has read until the send ends, and writes them over what
  /// was decrypted meanwhile. So a device whose first message arrives at that moment is left out of
  /// the send and never hears of it, or is sent what nobody can read, and asks for it in vain.
  public long leftOut(String device) {
    return events
        .all(named("left-out").and(it -> it.path("device").asText().startsWith(device + "@")))
        .size();
  }

  /// Sends a text to a number, a JID or a group, and gives the message's id.
  public String send(String to, String text) {
    return send(to, content -> content.put("text", text));
  }

  /// Sends what Baileys' own message form says, e.g. `{"image": {"url": FILE}, "caption": …}`.
  public String send(String to, Consumer<ObjectNode> content) {
    JsonNode answer =
        command("send", arguments -> content.accept(arguments.put("to", to).putObject("content")));
    return answer.required("id").asText();
  }

  /// Fetches and decrypts the media of a message that came in, and gives its size in bytes.
  public int download(String id, Path file) {
    String path = file.toAbsolutePath().toString();
    return command("download", arguments -> arguments.put("id", id).put("path", path))
        .required("bytes")
        .asInt();
  }

  /// Marks a message that came in as read.
  public void read(String id) {
    command("read", arguments -> arguments.put("id", id));
  }

  /// `available`, `unavailable`, and to a chat `composing`, `recording`, `paused`.
  public void presence(String state, @Nullable String to) {
    command("presence", arguments -> arguments.put("state", state).put("to", to));
  }

  public void subscribe(String to) {
    command("subscribe", arguments -> arguments.put("to", to));
  }

  /// Whether the number is on WhatsApp, as the server tells this peer.
  public boolean lookup(String phone) {
    return command("lookup", arguments -> arguments.put("phone", phone))
        .required("exists")
        .asBoolean();
  }

  /// Creates a group and gives its JID.
  public String createGroup(String subject, List<String> members) {
    return command(
            "createGroup",
            arguments -> {
              arguments.put("subject", subject);
              members.forEach(arguments.putArray("members")::add);
            })
        .required("group")
        .asText();
  }

  /// Closes the connection for good; all that the auth folder must hold is on disk afterwards.
  public void end() {
    command("end", _ -> {});
  }

  /// Unlinks this device.
  public void logout() {
    command("logout", _ -> {});
  }

  /// Ends the process as a crash would, without a word to the server.
  public void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private JsonNode command(String name, Consumer<ObjectNode> arguments) {
    long seq = commands.incrementAndGet();
    ObjectNode command = JSON.createObjectNode().put("cmd", name).put("seq", seq);
    arguments.accept(command);
    write(command);
    JsonNode answer =
        take(
            "answer to " + name,
            event -> event.path("seq").asLong() == seq && !event.path("event").asText().isEmpty());
    if ("failed".equals(answer.path("event").asText())) {
      throw new AssertionError(name + " failed: " + answer.path("error").asText());
    }
    return answer;
  }

  private synchronized void write(ObjectNode command) {
    try {
      stdin.write(command + "\n");
      stdin.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the peer is gone", e);
    }
  }

  private JsonNode take(String sought, Predicate<JsonNode> fits) {
    try {
      return events.take(sought, BOUND, fits);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + sought, e);
    }
  }

  private void told(String line) {
    try {
      events.add(JSON.readTree(line));
    } catch (JsonProcessingException _) {
      events.logged(line);
    }
  }

  /// Reads until the process ends or is killed, which both look like the end of the stream.
  private void read(InputStream from, Consumer<String> line) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (var reader =
                  new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                reader.lines().forEach(line);
              } catch (IOException | UncheckedIOException e) {
                events.logged("stream ended: " + e.getMessage());
              } finally {
                if (from == process.getInputStream()) {
                  events.end();
                }
              }
            });
  }

  private static Predicate<JsonNode> named(String name) {
    return event -> name.equals(event.path("event").asText());
  }

  private static Message message(JsonNode event) {
    return new Message(
        event.path("id").asText(),
        event.path("from").asText(),
        optional(event, "fromAlt"),
        optional(event, "participant"),
        event.path("fromMe").asBoolean(),
        event.path("type").asText(),
        event.path("kind").asText(),
        optional(event, "text"),
        event.path("content"));
  }

  private static @Nullable String optional(JsonNode event, String field) {
    JsonNode value = event.path(field);
    return value.isTextual() ? value.asText() : null;
  }
}
