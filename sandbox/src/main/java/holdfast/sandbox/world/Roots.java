package holdfast.sandbox.world;

import holdfast.crypto.KeyPair;
import holdfast.noise.Certificates;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// The Noise keys of this world: root, intermediate, the server's static pair, and the chain over
/// it. Made once: what is linked under a root stays linked while the world lives.
public record Roots(KeyPair root, KeyPair server, byte[] chain) {
  private static final Duration VALIDITY = Duration.ofDays(3650);

  private record Stored(
      byte[] rootPrivate, byte[] intermediatePrivate, byte[] serverPrivate, byte[] chain) {}

  /// The stored ones, or new ones that are then stored.
  static Roots of(Records records, Instant now, RandomGenerator random) {
    var found = new Stored[1];
    records.each("root", (_, bytes) -> found[0] = Json.read(bytes, Stored.class));
    if (found[0] != null) {
      return new Roots(
          KeyPair.of(found[0].rootPrivate()),
          KeyPair.of(found[0].serverPrivate()),
          found[0].chain());
    }
    var root = KeyPair.generate(random);
    var intermediate = KeyPair.generate(random);
    var server = KeyPair.generate(random);
    var chain =
        Certificates.issue(
            root,
            intermediate,
            server.publicKey(),
            now.minus(Duration.ofDays(1)),
            now.plus(VALIDITY),
            random);
    var stored =
        new Stored(root.privateKey(), intermediate.privateKey(), server.privateKey(), chain);
    records.put("root", "noise", () -> Json.bytes(stored));
    return new Roots(root, server, chain);
  }
}
