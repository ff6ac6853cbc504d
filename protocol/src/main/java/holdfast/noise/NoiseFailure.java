package holdfast.noise;

/// The handshake or a frame can't be accepted; the connection ends with this as its reason.
public final class NoiseFailure extends RuntimeException {
  public NoiseFailure(String message) {
    super(message);
  }
}
