package holdfast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import holdfast.client.ClockAlarms;
import holdfast.client.Ports;
import holdfast.client.SessionLoop;
import holdfast.client.netty.Endpoint;
import holdfast.client.netty.NettyTransport;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.DatabaseUrl;
import holdfast.message.Content;
import holdfast.message.Pacing;
import holdfast.message.SendRequest;
import holdfast.pairing.Device;
import holdfast.session.Input;
import holdfast.session.Settings;
import holdfast.stanza.Jid;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/// The process that is measured: the gateway's sessions, wire and store, and nothing else that
/// costs. Told what to do line by line, in JSON; answers each with what it took.
final class Measured {
  static final String READY = "ready";
  static final String DONE = "done ";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Device DEVICE = new Device("Mac OS", 1_045_649_367L);
  private static final String TEXT = "A message of usual length.";

  private record Tenant(String name, long epoch) {}

  private final Commits commits;
  private final Links links;
  private final Ports ports;
  private final Settings settings = Settings.of(DEVICE).with(Pacing.OFF);
  private final Tally tally = new Tally();
  private final List<Tenant> tenants = new ArrayList<>();
  private final List<SessionLoop> open = new ArrayList<>();
  private Optional<Profile> profile = Optional.empty();

  private Measured(Endpoint endpoint, Database database, ExecutorService mailboxes) {
    var clock = InstantSource.system();
    var random = new SecureRandom();
    var transport = new NettyTransport(endpoint, clock, random);
    this.commits = new Commits(database.sessions());
    this.links = new Links(database.tenants(), commits);
    this.ports = new Ports(transport, new ClockAlarms(clock), commits, mailboxes, clock, random);
  }

  /// Arguments: the address of WhatsApp, the root of its certificates in hex, the data folder, and
  /// the URL of a PostgreSQL if that is to be measured.
  public static void main(String[] arguments) throws IOException {
    var root = HexFormat.of().parseHex(arguments[1]);
    var endpoint = new Endpoint(URI.create(arguments[0]), root, Optional.empty());
    var url = Stream.of(arguments).skip(3).findFirst().map(Measured::parsed);
    try (var folder = DataFolder.open(Path.of(arguments[2]));
        var database = Database.open(folder, url, Optional.empty());
        var mailboxes = Executors.newVirtualThreadPerTaskExecutor()) {
      var measured = new Measured(endpoint, database, mailboxes);
      System.out.println(READY);
      var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (var line = orders.readLine(); line != null; line = orders.readLine()) {
        System.out.println(DONE + measured.carryOut(JSON.readTree(line)));
      }
      Runtime.getRuntime().halt(0); // whoever gave the orders is gone
    }
  }

  private static DatabaseUrl parsed(String url) {
    return DatabaseUrl.parse(url).orElseThrow();
  }

  private ObjectNode carryOut(JsonNode order) {
    var took = JSON.createObjectNode();
    commits.clear();
    switch (order.path("do").asText()) {
      case "take" -> order.path("companions").forEach(this::take);
      case "connect" -> connect(order.path("count").asInt(), took);
      case "disconnect" -> disconnect();
      case "memory" -> Meter.memory(took);
      case "send" -> send(order, took);
      case "receive" -> receive(order, took);
      case "converse" -> converse(order, took);
      case "profile" -> profile = Optional.of(new Profile());
      case "profiled" -> profile.ifPresent(it -> it.tell(took));
      default -> throw new IllegalArgumentException("no order: " + order.path("do").asText());
    }
    if (!took.has("commits")) {
      commits.tell(took);
    }
    return took;
  }

  private void take(JsonNode companion) {
    var name = "tenant-" + tenants.size();
    tenants.add(new Tenant(name, links.take(name, companion)));
  }

  /// Connects further tenants until `count` are connected and verified.
  private void connect(int count, ObjectNode took) {
    var meter = new Meter();
    var connected = new CountDownLatch(count - open.size());
    while (open.size() < count) {
      var tenant = tenants.get(open.size());
      var loop = new SessionLoop(tenant.name(), tenant.epoch(), ports, () -> settings);
      loop.listen(tally::take);
      loop.watch(
          status -> {
            if (status.connected()) {
              connected.countDown();
            }
          });
      open.add(loop);
      loop.restore();
    }
    await(connected);
    meter.tell("", took);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void disconnect() {
    var closing = open.stream().map(loop -> loop.close().toCompletableFuture()).toList();
    CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new)).join();
    open.clear();
  }

  /// Texts of each tenant to its own peer, until the server has them all (``), then until all are
  /// delivered (`delivered`).
  private void send(JsonNode order, ObjectNode took) {
    int each = order.path("each").asInt();
    var peers = order.path("to");
    tally.expect("message.sent", each * open.size());
    tally.expect("message.delivered", each * open.size());
    var meter = new Meter();
    for (int i = 0; i < each; i++) {
      for (int tenant = 0; tenant < open.size(); tenant++) {
        send(open.get(tenant), peers.get(tenant).asText());
      }
    }
    tally.await("message.sent");
    meter.tell("", took);
    commits.tell(took);
    tally.await("message.delivered");
    meter.tell("delivered", took);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what becomes of it is an event
  private static void send(SessionLoop from, String number) {
    var request =
        new SendRequest(
            Optional.empty(),
            TEXT.getBytes(StandardCharsets.UTF_8),
            Jid.phone(number),
            new Content.Text(TEXT),
            SendRequest.WhenBusy.QUEUE);
    from.ask(caller -> new Input.Send(caller, request));
  }

  /// Logs in and takes what has waited: so many messages in all.
  private void receive(JsonNode order, ObjectNode took) {
    tally.expect("message.received", order.path("messages").asInt());
    var meter = new Meter();
    connect(order.path("count").asInt(), took);
    tally.await("message.received");
    meter.tell("", took);
  }

  /// A text, its echo, the next text …: each direction draws a new key.
  private void converse(JsonNode order, ObjectNode took) {
    var meter = new Meter();
    for (int i = 0; i < order.path("turns").asInt(); i++) {
      tally.expect("message.received", 1);
      send(open.getFirst(), order.path("to").asText());
      tally.await("message.received");
    }
    meter.tell("", took);
  }
}
