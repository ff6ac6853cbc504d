package holdfast.sandbox.server;

import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;

/// What a connection says, on its way to the wire: in order and at once, unless faults repeat,
/// exchange, hold back or spoil it.
final class Outlet {
  /// What is delivered to a device, and not an answer that it waits for: only this comes twice or
  /// in another order.
  private static final Set<String> DELIVERIES =
      Set.of("message", "receipt", "notification", "call");

  /// A delivery that was to follow the next one doesn't wait longer than this for it.
  private static final Duration ALONE = Duration.ofSeconds(1);

  private final World world;
  private final Wire wire;
  private final ArrayDeque<Element> late = new ArrayDeque<>();
  private Optional<Element> overtaken = Optional.empty();
  private long lastDueMillis;

  Outlet(World world, Wire wire) {
    this.world = world;
    this.wire = wire;
  }

  void send(Optional<Device> to, Element stanza) {
    if (to.isEmpty()) {
      write(to, stanza);
      return;
    }
    var device = to.get();
    if (!DELIVERIES.contains(stanza.tag())) {
      delayed(device, stanza);
    } else if (overtaken.isPresent()) {
      delayed(device, stanza);
      catchUp(device);
    } else if (world.faults().take("reorder", device.key()).isPresent()) {
      overtaken = Optional.of(stanza);
      world.loop().after(ALONE, () -> catchUp(device));
    } else {
      repeated(device, stanza);
    }
  }

  private void catchUp(Device device) {
    var behind = overtaken;
    overtaken = Optional.empty();
    behind.ifPresent(stanza -> delayed(device, stanza));
  }

  private void repeated(Device device, Element stanza) {
    delayed(device, stanza);
    if (world.faults().take("duplicate", device.key()).isPresent()) {
      if (stanza.is("message")) {
        world.observeDelivery(device, stanza);
      }
      delayed(device, stanza);
    }
  }

  /// What is behind something late is late too: a stream has an order.
  private void delayed(Device device, Element stanza) {
    var delay = world.faults().take("delay", device.key());
    if (delay.isEmpty() && late.isEmpty()) {
      write(Optional.of(device), stanza);
      return;
    }
    long now = world.nowMillis();
    long wait = delay.map(fault -> fault.number("millis", 1000)).orElse(0L);
    lastDueMillis = Math.max(lastDueMillis, now + wait);
    late.add(stanza);
    world.loop().after(Duration.ofMillis(lastDueMillis - now), () -> writeLate(device));
  }

  private void writeLate(Device device) {
    var first = late.poll();
    if (first != null) {
      write(Optional.of(device), first);
    }
  }

  /// Says at once all that was held back, and what the stream ends with: nothing can come later.
  void last(Optional<Device> to, Element stanza) {
    late.forEach(held -> write(to, held));
    late.clear();
    overtaken.ifPresent(held -> write(to, held));
    overtaken = Optional.empty();
    write(to, stanza);
  }

  private void write(Optional<Device> to, Element stanza) {
    var damage = to.flatMap(device -> Damage.due(world.faults(), device.key(), stanza));
    world
        .loop()
        .act(() -> damage.ifPresentOrElse(how -> wire.send(stanza, how), () -> wire.send(stanza)));
  }
}
