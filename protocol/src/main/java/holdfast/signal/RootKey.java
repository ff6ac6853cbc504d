package holdfast.signal;

import holdfast.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The root of the Diffie-Hellman ratchet, and what it gives.
record RootKey(byte[] key) {
  private static final byte[] AGREED = "WhisperText".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STEP = "WhisperRatchet".getBytes(StandardCharsets.US_ASCII);

  record Derived(RootKey root, byte[] chainKey) {}

  /// From the secret that X3DH agrees on.
  static Derived agreed(byte[] secret) {
    return split(Hkdf.derive(secret, Hkdf.NONE, AGREED, 64));
  }

  /// One step, from a Diffie-Hellman result.
  Derived step(byte[] shared) {
    return split(Hkdf.derive(shared, key, STEP, 64));
  }

  private static Derived split(byte[] bytes) {
    return new Derived(new RootKey(Arrays.copyOf(bytes, 32)), Arrays.copyOfRange(bytes, 32, 64));
  }
}
