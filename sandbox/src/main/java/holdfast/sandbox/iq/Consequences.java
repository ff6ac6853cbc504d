package holdfast.sandbox.iq;

import holdfast.sandbox.world.Device;

/// What an answer may bring about on the server's side, beside the answer.
public interface Consequences {
  /// A passive connection wants its traffic.
  void activate(Device device);

  /// The device is no longer linked.
  void remove(Device device);
}
