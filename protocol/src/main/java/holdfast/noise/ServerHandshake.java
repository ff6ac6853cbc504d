package holdfast.noise;

import holdfast.crypto.KeyPair;
import java.util.random.RandomGenerator;

/// The responder's side of Noise XX, for servers on loopback. Single use.
public final class ServerHandshake {
  public record Finished(byte[] clientStatic, byte[] clientPayload, FrameCipher cipher) {}

  /// `introHeader`: the 4 bytes received (`57 41 06 xx`); `certificateChain`: a serialized
  /// CertChain.
  public ServerHandshake(
      KeyPair staticKey, byte[] certificateChain, byte[] introHeader, RandomGenerator random) {
    throw new UnsupportedOperationException();
  }

  /// Payload of the client's first frame → the framed server hello. @throws NoiseFailure
  public byte[] answer(byte[] clientHello) {
    throw new UnsupportedOperationException();
  }

  /// Payload of the client's second frame. @throws NoiseFailure
  public Finished finish(byte[] clientFinish) {
    throw new UnsupportedOperationException();
  }
}
