package holdfast.sandbox.server;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.proto.ClientPayload;
import holdfast.sandbox.iq.Consequences;
import holdfast.sandbox.iq.IqTable;
import holdfast.sandbox.phone.Phones;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Faults.Occasion;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import holdfast.stanza.MalformedStanza;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The simulated WhatsApp: what comes from sockets and phones, and where it goes. Used by the
/// world's thread only; knows a socket as a [Wire].
public final class Network implements Consequences {
  private static final Logger LOG = LoggerFactory.getLogger(Network.class);

  private final World world;
  private final Phones phones;
  private final Pairing pairing;
  private final Login login;
  private final DeviceNotices notices;
  private final IqTable iqs;
  private final Relay relay;
  private final ReceiptRelay receipts;
  private final Presences presences;
  private final Mischief mischief;
  private final Map<Wire, Connection> connections = new LinkedHashMap<>();

  /// `timeScale`: 1 for real time, 0.1 for ten times as fast, wherever the protocol names a time.
  public Network(World world, double timeScale) {
    this.world = world;
    this.phones = new Phones(world, this::fromDevice);
    this.notices = new DeviceNotices(world);
    this.pairing = new Pairing(world, timeScale, device -> notices.changed(device, "add"));
    this.mischief = new Mischief(world, this);
    this.login = new Login(world, timeScale, this);
    this.relay = new Relay(world);
    this.receipts = new ReceiptRelay(world);
    this.presences = new Presences(world);
    this.iqs = new IqTable(world, this);
  }

  public World world() {
    return world;
  }

  public Phones phones() {
    return phones;
  }

  public Pairing pairing() {
    return pairing;
  }

  public Mischief mischief() {
    return mischief;
  }

  // ---- sockets

  /// A WebSocket is there; its handshake is still to come.
  public void accepted() {
    world.sockets().accepted();
  }

  /// It went away before its handshake was done.
  public void abandoned() {
    world.sockets().gone();
  }

  /// A client has said hello; `answer` sends the server's half of the handshake.
  public void greeted(Wire wire, Runnable answer) {
    boolean rejected = world.faults().take("reject_handshake", "").isPresent();
    world.loop().act(rejected ? wire::cut : answer);
  }

  /// The handshake is done. `payload`: a serialized ClientPayload.
  public void opened(Wire wire, byte[] staticKey, byte[] payload) {
    var connection = new Connection(world, wire, staticKey);
    connections.put(wire, connection);
    world.sockets().opened(connection.noiseKey());
    try {
      var client = ClientPayload.parseFrom(payload);
      if (login.isOutdated(client)) {
        connection.end(StreamEnd.failure(405));
      } else if (client.hasDevicePairingData()) {
        pairing.opened(connection, client.getDevicePairingData());
      } else {
        login.opened(connection, client);
      }
    } catch (InvalidProtocolBufferException e) {
      connection.end(StreamEnd.failure(400));
    }
    forgetIfEnded(connection);
  }

  public void received(Wire wire, Element stanza) {
    var connection = connections.get(wire);
    if (connection == null) {
      return;
    }
    login.heard(connection);
    if (connection.isEnded()) {
      return;
    }
    connection.device().ifPresent(device -> mischief.met(Occasion.STANZA, device));
    try {
      dispatch(connection, stanza);
    } catch (MalformedStanza e) {
      LOG.info("a {} that lacks something: {}", stanza.tag(), e.getMessage());
      connection.end(StreamEnd.notWellFormed());
    }
    forgetIfEnded(connection);
  }

  /// Bytes that are no stanza.
  public void malformed(Wire wire, String reason) {
    Optional.ofNullable(connections.get(wire))
        .ifPresent(
            connection -> {
              LOG.info("no stanza: {}", reason);
              connection.end(StreamEnd.notWellFormed());
              forgetIfEnded(connection);
            });
  }

  public void ponged(Wire wire) {
    Optional.ofNullable(connections.get(wire)).ifPresent(login::heard);
  }

  /// `orderly`: the client said goodbye; else its TCP connection just ended.
  public void closed(Wire wire, boolean orderly) {
    var connection = connections.remove(wire);
    if (connection == null) {
      return;
    }
    login.closed(connection, orderly);
    uncount(connection);
    pairing.closed(connection);
    connection
        .device()
        .ifPresent(
            device -> {
              if (device.isOwedAnswers(connection)) {
                world.sockets().cutShort(connection.noiseKey());
              }
              device.detach(connection);
              presences.gone(device);
            });
  }

  /// What the sandbox has ended isn't counted as open, however long the other side keeps it.
  void forgetIfEnded(Connection connection) {
    if (connection.isEnded()) {
      uncount(connection);
      connection.device().ifPresent(device -> device.detach(connection));
    }
  }

  private void uncount(Connection connection) {
    if (connection.uncount()) {
      world.sockets().closed(connection.noiseKey());
      world.sockets().gone();
    }
  }

  // ---- stanzas

  private void dispatch(Connection connection, Element stanza) {
    var device = connection.device();
    if (stanza.is("iq")) {
      iq(connection, stanza);
    } else if (device.isPresent()) {
      fromDevice(device.get(), stanza);
    }
    // A companion that isn't linked yet may say what it likes (Baileys sends presence): no answer.
  }

  private void iq(Connection connection, Element iq) {
    var type = iq.require("type");
    if (type.equals("result") || type.equals("error")) {
      pairing.answered(connection, iq);
      return;
    }
    var linkCode = iq.child("link_code_companion_reg");
    if (linkCode.isPresent() && connection.registration().isPresent()) {
      connection.send(IqTable.result(iq).containing(pairing.linkCode(connection, linkCode.get())));
      return;
    }
    iqs.answer(connection.device(), iq).ifPresent(connection::send);
  }

  private void fromDevice(Device from, Element stanza) {
    switch (stanza.tag()) {
      case "message" -> relay.message(from, stanza);
      case "receipt" -> receipts.receipt(from, stanza);
      case "ack" -> acknowledged(from, stanza);
      case "presence" -> presences.presence(from, stanza);
      case "chatstate" -> presences.chatState(from, stanza);
      case "call" -> from.endpoint().ifPresent(to -> to.deliver(ack(stanza)));
      default -> {} // ib and what else needs no answer
    }
  }

  private static Element ack(Element stanza) {
    return Element.of("ack")
        .with("class", stanza.tag())
        .with("id", stanza.require("id"))
        .with("from", stanza.requireJid("to"));
  }

  private static void acknowledged(Device device, Element ack) {
    ack.attribute("class")
        .ifPresent(
            tag ->
                device
                    .queue()
                    .acknowledge(tag, ack.require("id"), ack.jid("to"), ack.jid("participant")));
  }

  // ---- what answers bring about

  @Override
  public void activate(Device device) {
    connection(device).ifPresent(connection -> login.flow(connection, device));
  }

  @Override
  public void remove(Device device) {
    var connection = connection(device);
    device.account().removeDevice(device);
    notices.changed(device, "remove");
    connection.ifPresent(
        open -> {
          open.end(StreamEnd.deviceRemoved());
          forgetIfEnded(open);
        });
  }

  /// Unlinks a device, when it still is one.
  void throwOff(Device device) {
    if (Mischief.isLinked(device)) {
      remove(device);
    }
  }

  // ---- for the control interface

  public Optional<Connection> connection(Device device) {
    return device.endpoint().filter(Connection.class::isInstance).map(Connection.class::cast);
  }

  /// Ends a connection in some way.
  void end(Connection connection, Consumer<Connection> how) {
    how.accept(connection);
    forgetIfEnded(connection);
  }

  List<Device> connectedDevices() {
    return connections.values().stream()
        .filter(it -> !it.isEnded() && !it.isRival())
        .flatMap(it -> it.device().stream())
        .toList();
  }

  /// A client that the sandbox plays logs in as this device. It has no socket, so none is counted.
  void rival(Rival rival, Device device) {
    var connection = new Connection(world, rival, device.bond().noiseKey());
    connection.setRival();
    connection.uncount();
    connections.put(rival, connection);
    login.welcome(connection, device, true);
  }
}
