package holdfast.store;

import holdfast.crypto.KeyPair;
import holdfast.signal.Ratchet;
import holdfast.signal.SignedPreKey;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The long-lived secrets of a companion: made once before its first connection, kept until it is
/// relinked.
///
/// `advSecret`: 32 bytes, shared with the phone through the QR or the pairing code.
/// `previousSignedPreKey`: kept for late first messages after a rotation. `deviceIdentity`: a
/// serialized ADVSignedDeviceIdentity with all three of its keys and signatures, there once the
/// companion is linked.
public record Credentials(
    KeyPair noiseKey,
    KeyPair identityKey,
    SignedPreKey signedPreKey,
    Optional<SignedPreKey> previousSignedPreKey,
    int registrationId,
    byte[] advSecret,
    Optional<byte[]> deviceIdentity) {
  /// A new companion's own. Draws, in this order: noise key, identity key, signed prekey,
  /// registration id (14 bits, never 0), adv secret.
  public static Credentials generate(RandomGenerator random) {
    var noise = KeyPair.generate(random);
    var identity = KeyPair.generate(random);
    var signed = SignedPreKey.generate(1, identity, random);
    var registrationId = 1 + random.nextInt(0x3FFF - 1);
    var secret = new byte[32];
    random.nextBytes(secret);
    return new Credentials(
        noise, identity, signed, Optional.empty(), registrationId, secret, Optional.empty());
  }

  public Ratchet.Self self() {
    return new Ratchet.Self(identityKey, registrationId);
  }

  public Credentials withAdvSecret(byte[] secret) {
    return new Credentials(
        noiseKey,
        identityKey,
        signedPreKey,
        previousSignedPreKey,
        registrationId,
        secret,
        deviceIdentity);
  }

  public Credentials linked(byte[] signedIdentity) {
    return new Credentials(
        noiseKey,
        identityKey,
        signedPreKey,
        previousSignedPreKey,
        registrationId,
        advSecret,
        Optional.of(signedIdentity));
  }

  public Credentials rotated(SignedPreKey next) {
    return new Credentials(
        noiseKey,
        identityKey,
        next,
        Optional.of(signedPreKey),
        registrationId,
        advSecret,
        deviceIdentity);
  }

  @Override
  public String toString() {
    return "Credentials[registrationId=" + registrationId + "]";
  }
}
