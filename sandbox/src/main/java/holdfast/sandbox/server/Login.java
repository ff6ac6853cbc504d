package holdfast.sandbox.server;

import holdfast.proto.ClientPayload;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Faults.Occasion;
import holdfast.sandbox.world.SocketBook.Replaced;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A linked companion comes back: who it is, whom it replaces, and what has waited for it
/// (protocol page 08 § 3).
final class Login {
  /// How long a replaced socket has to show that somebody still lives behind it.
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private static final Duration TOLERATED = Duration.ofSeconds(60);

  private record Judged(Connection old, Connection by) {}

  private final World world;
  private final double timeScale;
  private final Network network;
  private final Map<Connection, Judged> judged = new HashMap<>();

  Login(World world, double timeScale, Network network) {
    this.world = world;
    this.timeScale = timeScale;
    this.network = network;
  }

  void opened(Connection connection, ClientPayload payload) {
    var found = device(connection, payload);
    if (found.isEmpty()) {
      connection.end(StreamEnd.failure(401));
      return;
    }
    var device = found.get();
    network.mischief().met(Occasion.LOGIN, device);
    if (world.faults().take("reject_handshake", device.key()).isPresent()) {
      connection.cut();
      return;
    }
    var fault = world.faults().take("failure", device.key());
    if (fault.isPresent()) {
      int code = (int) fault.get().number("code", 503);
      connection.end(StreamEnd.failure(code, fault.get().number("expireSeconds", 0)));
      return;
    }
    welcome(connection, device, payload.getPassive());
  }

  /// Whether the client claims a revision of WhatsApp Web that the server takes no more.
  boolean isOutdated(ClientPayload payload) {
    var key = payload.hasUsername() ? payload.getUsername() + ":" + payload.getDevice() : "";
    var outdated =
        world
            .faults()
            .holds("outdated_client", key)
            .filter(
                fault ->
                    payload.getUserAgent().getAppVersion().getTertiary()
                        < fault.number("revision", Long.MAX_VALUE));
    outdated.ifPresent(fault -> world.faults().happened(fault, key));
    return outdated.isPresent();
  }

  private Optional<Device> device(Connection connection, ClientPayload payload) {
    return world
        .byPhone(Long.toString(payload.getUsername()))
        .flatMap(account -> account.device(payload.getDevice()))
        .filter(device -> !device.isPrimary())
        .filter(
            device ->
                HexFormat.of().formatHex(device.bond().noiseKey()).equals(connection.noiseKey()));
  }

  /// Takes the place of whoever was there.
  void welcome(Connection connection, Device device, boolean passive) {
    device
        .endpoint()
        .filter(Connection.class::isInstance)
        .map(Connection.class::cast)
        .ifPresent(old -> replace(device, old, connection));
    device.attach(connection);
    connection.setDevice(device);
    world.sockets().belongs(connection.noiseKey(), device);
    connection.send(
        Element.of("success")
            .with("t", world.now())
            .with("lid", device.lidJid())
            .with("props", "27")
            .with("abprops", "1")
            .with("location", "lla")
            .with("creation", world.now())
            .with("display_name", device.account().pushName()));
    connection.send(
        bag(Element.of("edge_routing").containing(Element.of("routing_info").containing("lla"))));
    if (!passive) {
      flow(connection, device);
    }
  }

  /// What has waited goes out, and from now on everything as it comes.
  void flow(Connection connection, Device device) {
    if (connection.isFlowing()) {
      return;
    }
    connection.setFlowing();
    var waiting = List.copyOf(device.queue().entries());
    if (!waiting.isEmpty()) {
      connection.send(bag(preview(waiting.stream().map(entry -> entry.stanza().tag()).toList())));
    }
    for (var entry : waiting) {
      if (entry.stanza().is("message")) {
        world.observeDelivery(device, entry.stanza());
      }
      connection.send(entry.stanza().with("offline", "0"));
    }
    connection.send(bag(Element.of("offline").with("count", waiting.size())));
  }

  private static Element preview(List<String> tags) {
    return Element.of("offline_preview")
        .with("count", tags.size())
        .with("message", count(tags, "message"))
        .with("receipt", count(tags, "receipt"))
        .with("notification", count(tags, "notification"))
        .with("appdata", 0)
        .with("call", count(tags, "call"));
  }

  private static long count(List<String> tags, String tag) {
    return tags.stream().filter(tag::equals).count();
  }

  private static Element bag(Element child) {
    return Element.of("ib").with("from", Jid.SERVER).containing(child);
  }

  // ---- one device, two sockets

  private void replace(Device device, Connection old, Connection by) {
    device.detach(old);
    old.ping();
    old.endLater(StreamEnd.replaced());
    judged.put(old, new Judged(old, by));
    world.loop().after(ANSWER, () -> judge(old, Replaced.DEAD));
  }

  /// A frame or a pong has come over a socket: whoever was thought dead lives.
  void heard(Connection connection) {
    judge(connection, Replaced.LIVE);
  }

  void closed(Connection connection, boolean orderly) {
    judge(connection, orderly ? Replaced.LIVE : Replaced.DEAD);
  }

  private void judge(Connection old, Replaced seen) {
    var pair = judged.remove(old);
    if (pair == null) {
      return;
    }
    var how = pair.by().isRival() ? Replaced.BY_RIVAL : old.isRival() ? Replaced.RIVAL : seen;
    world.sockets().replaced(old.noiseKey(), how);
    old.close();
    network.forgetIfEnded(old);
    if (seen == Replaced.LIVE) {
      pair.by().device().ifPresent(this::strict);
    }
  }

  /// What the old systems lived through: some time after a double login the account throws the
  /// companion off.
  private void strict(Device device) {
    var tolerated = Math.round(TOLERATED.toMillis() * timeScale);
    world
        .faults()
        .holds("strict_duplicates", device.key())
        .ifPresent(
            fault ->
                world
                    .loop()
                    .after(
                        Duration.ofMillis(fault.number("afterMillis", tolerated)),
                        () -> {
                          world.faults().happened(fault, device.key());
                          network.throwOff(device);
                        }));
  }
}
