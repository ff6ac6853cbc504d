package holdfast.noise;

import holdfast.crypto.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;

/// Both sides of a handshake between the same two parties, with ephemeral keys from a seed, and the
/// steps in between for who wants to change what passes.
final class Handshakes {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final byte[] NO_ROUTING = {};
  static final byte[] MAGIC = IntroHeader.clientMagic();

  private static final Random LASTING = new Random(42);
  static final KeyPair ROOT = KeyPair.generate(LASTING);
  static final KeyPair CLIENT = KeyPair.generate(LASTING);
  static final KeyPair SERVER = KeyPair.generate(LASTING);
  static final byte[] CHAIN =
      Certificates.issue(
          ROOT,
          KeyPair.generate(LASTING),
          SERVER.publicKey(),
          NOW.minus(Duration.ofDays(1)),
          NOW.plus(Duration.ofDays(1)),
          LASTING);

  final Random random;
  final ClientHandshake client;
  final ServerHandshake server;

  Handshakes(long seed) {
    random = new Random(seed);
    client = new ClientHandshake(CLIENT, ROOT.publicKey(), NO_ROUTING, random);
    server = new ServerHandshake(SERVER, CHAIN, MAGIC, random);
  }

  /// The payload of the client's first frame.
  byte[] clientHello() {
    var message = client.start();
    int prefix = IntroHeader.read(message).orElseThrow().length() + 3;
    return Arrays.copyOfRange(message, prefix, message.length);
  }

  /// The payload of the server's first frame.
  byte[] serverHello() {
    return unframed(server.answer(clientHello()));
  }

  static byte[] unframed(byte[] frame) {
    return Arrays.copyOfRange(frame, 3, frame.length);
  }
}
