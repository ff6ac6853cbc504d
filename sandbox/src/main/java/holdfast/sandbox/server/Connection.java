package holdfast.sandbox.server;

import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Endpoint;
import holdfast.sandbox.world.Loop;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import java.util.HexFormat;
import java.util.Optional;

/// One WebSocket after its handshake, as the world's thread sees it.
public final class Connection implements Endpoint {
  private final Loop loop;
  private final Wire wire;
  private final Outlet outlet;
  private final String noiseKey;
  private Optional<Device> device = Optional.empty();
  private Optional<Registration> registration = Optional.empty();
  private boolean flowing;
  private boolean rival;
  private boolean ended;
  private boolean counted = true;

  Connection(World world, Wire wire, byte[] noiseKey) {
    this.loop = world.loop();
    this.wire = wire;
    this.outlet = new Outlet(world, wire);
    this.noiseKey = HexFormat.of().formatHex(noiseKey);
  }

  /// The client's static key, in hex: who it is, whatever it says.
  public String noiseKey() {
    return noiseKey;
  }

  public Optional<Device> device() {
    return device;
  }

  void setDevice(Device now) {
    device = Optional.of(now);
  }

  Optional<Registration> registration() {
    return registration;
  }

  void setRegistration(Registration now) {
    registration = Optional.of(now);
  }

  /// Played by the sandbox itself against a client.
  public boolean isRival() {
    return rival;
  }

  public void setRival() {
    rival = true;
  }

  @Override
  public boolean isFlowing() {
    return flowing;
  }

  void setFlowing() {
    flowing = true;
  }

  /// Whether the server has ended it: what still comes in is ignored.
  public boolean isEnded() {
    return ended;
  }

  /// Whether it is still counted as open. True once: for the one who takes it out of the count.
  boolean uncount() {
    boolean was = counted;
    counted = false;
    return was;
  }

  @Override
  public void deliver(Element stanza) {
    send(stanza);
  }

  public void send(Element stanza) {
    outlet.send(device, stanza);
  }

  void ping() {
    loop.act(wire::ping);
  }

  /// Says what the stream ends with and closes.
  void end(Element last) {
    outlet.last(device, last);
    close();
  }

  /// Says what the stream ends with, and leaves the socket open for a while to see whether anybody
  /// is there; whoever calls this closes it.
  void endLater(Element last) {
    outlet.last(device, last);
    ended = true;
  }

  void close() {
    ended = true;
    loop.act(wire::close);
  }

  void cut() {
    ended = true;
    loop.act(wire::cut);
  }

  /// From now on nothing is heard and nothing said, though the socket stays.
  void swallow() {
    ended = true;
    loop.act(wire::swallow);
  }
}
