package holdfast.sandbox.server;

import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Faults.Fault;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import java.time.Duration;

/// Another client with the same credentials, played here: it logs in, answers pings, asks for
/// nothing, and comes back when it is thrown off, as often as it was told to.
///
/// `times`: how often it logs in, `afterMillis`: how long after it was replaced it does so again,
/// `staysMillis`: when it goes by itself (0: it doesn't).
final class Rival implements Wire {
  private final World world;
  private final Network network;
  private final Device device;
  private final Fault fault;
  private long left;

  Rival(World world, Network network, Device device, Fault fault) {
    this.world = world;
    this.network = network;
    this.device = device;
    this.fault = fault;
    this.left = fault.number("times", 1);
  }

  void logIn() {
    if (left-- <= 0 || !Mischief.isLinked(device)) {
      return;
    }
    network.rival(this, device);
    long stays = fault.number("staysMillis", 0);
    if (stays > 0) {
      world.loop().after(Duration.ofMillis(stays), () -> network.closed(this, true));
    }
  }

  @Override
  public void send(Element stanza) {
    if (stanza.is("stream:error")) {
      long pause = fault.number("afterMillis", 5000);
      world.loop().after(Duration.ofMillis(pause), this::logIn);
    }
  }

  @Override
  public void send(Element stanza, Damage damage) {
    send(stanza);
  }

  @Override
  public void ping() {
    world.loop().execute(() -> network.ponged(this));
  }

  @Override
  public void close() {
    world.loop().execute(() -> network.closed(this, true));
  }

  @Override
  public void cut() {
    close();
  }

  @Override
  public void swallow() {
    close();
  }
}
