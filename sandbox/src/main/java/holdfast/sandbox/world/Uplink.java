package holdfast.sandbox.world;

import holdfast.stanza.Element;

/// The way of a stanza from a device into the network.
@FunctionalInterface
public interface Uplink {
  void send(Device from, Element stanza);
}
