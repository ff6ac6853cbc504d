package holdfast.noise;

import holdfast.crypto.KeyPair;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// The initiator's side of Noise XX (protocol page 01 § 2–3). Single use.
///
/// `start` → first WebSocket message; `finish(serverHelloPayload)` → second one, and the cipher for
/// what follows.
public final class ClientHandshake {
  public record Finished(byte[] clientFinish, FrameCipher cipher, byte[] serverStatic) {}

  /// `root`: 32-byte certificate root key; `routingInfo`: empty, or what `edge_routing` gave at an
  /// earlier connection.
  public ClientHandshake(
      KeyPair staticKey, byte[] root, byte[] routingInfo, RandomGenerator random) {
    throw new UnsupportedOperationException();
  }

  /// Intro header and client hello, framed: one WebSocket message.
  public byte[] start() {
    throw new UnsupportedOperationException();
  }

  /// Takes the payload of the server's first frame, verifies the certificate chain at `now`, and
  /// gives the framed
  /// client finish that carries `clientPayload` (a serialized ClientPayload).
  /// @throws NoiseFailure naming what didn't fit
  public Finished finish(byte[] serverHello, byte[] clientPayload, Instant now) {
    throw new UnsupportedOperationException();
  }
}
