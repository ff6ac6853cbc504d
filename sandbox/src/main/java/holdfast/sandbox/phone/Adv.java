package holdfast.sandbox.phone;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.Digests;
import holdfast.crypto.KeyPair;
import holdfast.crypto.XEdDsa;
import holdfast.proto.ADVDeviceIdentity;
import holdfast.proto.ADVEncryptionType;
import holdfast.proto.ADVSignedDeviceIdentity;
import holdfast.proto.ADVSignedDeviceIdentityHMAC;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The signatures by which a phone makes a device its companion (protocol page 03 § 2.4; vectors
/// `adv-pairing.json`).
public final class Adv {
  private static final byte[] ACCOUNT_SIGNATURE = {6, 0};
  static final byte[] DEVICE_SIGNATURE = {6, 1};

  /// `container` goes to the companion; `signed` is what is in it and what it must countersign.
  public record Accepted(byte[] container, byte[] signed) {}

  /// The companion that is to be accepted: its identity key, and its number among the keys.
  public record Companion(byte[] identity, long rawId, int keyIndex, long at) {}

  private Adv() {}

  public static Accepted accept(
      KeyPair account, Companion companion, byte[] advSecret, RandomGenerator random) {
    var details =
        ADVDeviceIdentity.newBuilder()
            .setRawId((int) companion.rawId())
            .setTimestamp(companion.at())
            .setKeyIndex(companion.keyIndex())
            .setAccountType(ADVEncryptionType.E2EE)
            .setDeviceType(ADVEncryptionType.E2EE)
            .build()
            .toByteArray();
    var message = joined(ACCOUNT_SIGNATURE, details, companion.identity());
    var signed =
        ADVSignedDeviceIdentity.newBuilder()
            .setDetails(ByteString.copyFrom(details))
            .setAccountSignatureKey(ByteString.copyFrom(account.publicKey()))
            .setAccountSignature(
                ByteString.copyFrom(XEdDsa.sign(account.privateKey(), message, random)))
            .build()
            .toByteArray();
    var container =
        ADVSignedDeviceIdentityHMAC.newBuilder()
            .setDetails(ByteString.copyFrom(signed))
            .setHmac(ByteString.copyFrom(Digests.hmacSha256(advSecret, signed)))
            .build()
            .toByteArray();
    return new Accepted(container, signed);
  }

  /// What the companion sent back, made whole (it leaves out the account's key), when its signature
  /// is right and it signed what it was given.
  public static Optional<byte[]> countersigned(
      byte[] signed, byte[] returned, byte[] companionIdentity) {
    try {
      var given = ADVSignedDeviceIdentity.parseFrom(signed);
      var back = ADVSignedDeviceIdentity.parseFrom(returned);
      var message =
          joined(
              DEVICE_SIGNATURE,
              given.getDetails().toByteArray(),
              companionIdentity,
              given.getAccountSignatureKey().toByteArray());
      boolean holds =
          back.getDetails().equals(given.getDetails())
              && XEdDsa.verify(companionIdentity, message, back.getDeviceSignature().toByteArray());
      return holds
          ? Optional.of(
              given.toBuilder().setDeviceSignature(back.getDeviceSignature()).build().toByteArray())
          : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  static byte[] joined(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (var part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
