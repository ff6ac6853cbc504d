package holdfast.signal;

import holdfast.crypto.BadKey;
import holdfast.crypto.KeyPair;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// How a ratchet begins: Signal's X3DH, version 3. Both sides reach the same secret, each from its
/// own private keys.
final class X3dh {
  private static final byte[] DISCONTINUITY = discontinuity();

  private X3dh() {}

  private static byte[] discontinuity() {
    var bytes = new byte[32];
    Arrays.fill(bytes, (byte) 0xFF);
    return bytes;
  }

  /// The first to write. Draws the base key, then the ratchet key.
  static RatchetState initiate(Ratchet.Self self, Bundle bundle, RandomGenerator random) {
    if (!bundle.isAuthentic()) {
      throw new BadKey("the signed prekey isn't signed by the identity");
    }
    var base = KeyPair.generate(random);
    var pair = KeyPair.generate(random);
    var secret =
        join(
            self.identity().agree(bundle.signedPreKey()),
            base.agree(bundle.identity()),
            base.agree(bundle.signedPreKey()),
            bundle.oneTime().map(key -> base.agree(key.key())));
    var agreed = RootKey.agreed(secret);
    var sending = agreed.root().step(pair.agree(bundle.signedPreKey()));
    return new RatchetState(
        bundle.identity(),
        bundle.registrationId(),
        base.publicKey(),
        sending.root(),
        new RatchetState.Own(pair, sending.chainKey(), 0, 0),
        List.of(),
        Optional.of(
            new RatchetState.Pending(
                bundle.oneTime().map(Bundle.OneTime::id), bundle.signedPreKeyId())));
  }

  /// The one who is written to: until the first step its ratchet pair is the signed prekey.
  static RatchetState respond(
      Ratchet.Self self, WhisperText.First first, KeyPair signed, Optional<KeyPair> oneTime) {
    var secret =
        join(
            signed.agree(first.identity()),
            self.identity().agree(first.baseKey()),
            signed.agree(first.baseKey()),
            oneTime.map(key -> key.agree(first.baseKey())));
    var agreed = RootKey.agreed(secret);
    return new RatchetState(
        first.identity(),
        first.registrationId(),
        first.baseKey(),
        agreed.root(),
        new RatchetState.Own(signed, agreed.chainKey(), 0, 0),
        List.of(),
        Optional.empty());
  }

  private static byte[] join(byte[] first, byte[] second, byte[] third, Optional<byte[]> fourth) {
    var all = new ByteArrayOutputStream(160);
    all.writeBytes(DISCONTINUITY);
    all.writeBytes(first);
    all.writeBytes(second);
    all.writeBytes(third);
    fourth.ifPresent(all::writeBytes);
    return all.toByteArray();
  }
}
