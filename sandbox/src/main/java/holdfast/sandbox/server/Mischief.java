package holdfast.sandbox.server;

import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Faults.Fault;
import holdfast.sandbox.world.Faults.Occasion;
import holdfast.sandbox.world.World;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Faults that are done to a device at once, and those that chance brings it. What waits for its
/// occasion is asked for where the occasion arises.
public final class Mischief {
  /// Something done to a device; false when it isn't there to have it done.
  @FunctionalInterface
  private interface Act {
    boolean on(Device device, Fault fault);
  }

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final World world;
  private final Network network;
  private final Map<String, Act> acts = new LinkedHashMap<>();
  private boolean ticking;

  Mischief(World world, Network network) {
    this.world = world;
    this.network = network;
    acts.put("drop", (device, _) -> ended(device, Connection::cut));
    acts.put("half_open", (device, _) -> ended(device, Connection::swallow));
    acts.put("stream_error", (device, fault) -> ended(device, it -> it.end(streamError(fault))));
    acts.put("downgrade", (device, _) -> ended(device, it -> it.end(StreamEnd.downgrade())));
    acts.put("device_removed", (device, _) -> removed(device));
    acts.put("rival", this::rivalled);
  }

  /// Their names.
  public Set<String> acts() {
    return acts.keySet();
  }

  /// Does it now. False when the device has no connection to do it to.
  public boolean act(Fault fault, Device device) {
    var act = acts.get(fault.fault());
    if (act == null) {
      return false;
    }
    var noted = world.faults().note(fault, device.key());
    boolean done = act.on(device, fault);
    if (done) {
      noted.run();
    }
    return done;
  }

  private boolean ended(Device device, java.util.function.Consumer<Connection> how) {
    var connection = network.connection(device).filter(it -> !it.isRival());
    connection.ifPresent(it -> network.end(it, how));
    return connection.isPresent();
  }

  /// `conflict`: `replaced` or `device_removed`; without one a plain `code`.
  private static holdfast.stanza.Element streamError(Fault fault) {
    return fault
        .text("conflict")
        .map(StreamEnd::conflict)
        .orElseGet(() -> StreamEnd.code((int) fault.number("code", 503)));
  }

  private boolean removed(Device device) {
    boolean linked = isLinked(device);
    if (linked) {
      network.remove(device);
    }
    return linked;
  }

  static boolean isLinked(Device device) {
    return device.account().device(device.number()).filter(device::equals).isPresent();
  }

  private boolean rivalled(Device device, Fault fault) {
    if (!isLinked(device)) {
      return false;
    }
    new Rival(world, network, device, fault).logIn();
    return true;
  }

  // ---- at random

  /// An occasion for chance: what it brings waits from now on, or is done as soon as what the
  /// occasion itself brings about is through.
  void met(Occasion occasion, Device device) {
    for (var fault : world.faults().drawn(occasion, device.key())) {
      if (acts.containsKey(fault.fault())) {
        later(fault, device);
      } else if (world.faults().holds(fault.fault(), device.key()).isEmpty()) {
        world
            .faults()
            .give(fault.fault(), Optional.of(device.key()), fault.count(), fault.settings());
      }
    }
  }

  /// `withinMillis`: at any instant of that time, unless it has been taken back by then.
  private void later(Fault fault, Device device) {
    Runnable strike =
        () -> {
          if (world.faults().isDrawing(fault)) {
            act(fault, device);
          }
        };
    long within = fault.number("withinMillis", 0);
    if (within == 0) {
      world.loop().next(strike);
    } else {
      double chance = fault.settings().get("chance") instanceof Double drawn ? drawn : 0;
      world.loop().after(Duration.ofMillis((long) (chance * within)), strike);
    }
  }

  /// Draws each second for whoever is connected, as long as anything is drawn by the second.
  public void tick() {
    if (!ticking && world.faults().isDrawing(Occasion.SECOND)) {
      ticking = true;
      world.loop().after(SECOND, this::second);
    }
  }

  private void second() {
    ticking = false;
    network.connectedDevices().forEach(device -> met(Occasion.SECOND, device));
    tick();
  }
}
