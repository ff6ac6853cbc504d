package holdfast.sandbox.world;

/// The simulated phone of an account, as the server knows it.
public interface Primary extends Endpoint {
  /// A companion has uploaded prekeys: now the phone can write to it.
  void keysUploaded(Device companion);

  /// The pool of the phone's own one-time prekeys runs low.
  void keysLow();
}
