package holdfast.signal;

import holdfast.crypto.XEdDsa;
import java.util.Optional;

/// What a server gives out so that a first message can be sent to a device. Keys are 32 bytes.
public record Bundle(
    long registrationId,
    byte[] identity,
    int signedPreKeyId,
    byte[] signedPreKey,
    byte[] signature,
    Optional<OneTime> oneTime) {
  public record OneTime(int id, byte[] key) {}

  /// Whether the signed prekey is signed by the identity.
  public boolean isAuthentic() {
    return signedPreKey.length == 32
        && XEdDsa.verify(identity, WireKeys.typed(signedPreKey), signature);
  }
}
