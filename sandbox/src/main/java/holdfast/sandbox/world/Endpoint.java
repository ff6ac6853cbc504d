package holdfast.sandbox.world;

import holdfast.stanza.Element;

/// Where the stanzas for a device go while it is there: a connection, or a simulated phone.
public interface Endpoint {
  /// Whether queued stanzas may flow: a passive connection holds them back (protocol page 01 § 7).
  boolean isFlowing();

  void deliver(Element stanza);
}
