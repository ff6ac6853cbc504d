package holdfast.device;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.Digests;
import holdfast.crypto.XEdDsa;
import holdfast.proto.ADVDeviceIdentity;
import holdfast.proto.ADVEncryptionType;
import holdfast.proto.ADVSignedDeviceIdentity;
import holdfast.stanza.Jid;
import holdfast.store.Draft;

/// The signature by which an account's phone vouches for a companion's identity key (protocol page
/// 03 § 2): the `device-identity` element of a first message.
public final class DeviceProof {
  private static final byte[] ACCOUNT = {6, 0};
  private static final byte[] HOSTED_ACCOUNT = {6, 5};

  private DeviceProof() {}

  /// False when the account's key is known and doesn't vouch for this device. What can't be checked
  /// counts as fitting: the key may come later.
  public static boolean fits(Draft draft, Jid sender, byte[] proof) {
    var address = Addresses.known(draft, sender);
    var account = draft.identity(address.bare());
    var identity = draft.identity(address);
    if (address.device() == 0 || account.isEmpty() || identity.isEmpty()) {
      return true;
    }
    try {
      var signed = ADVSignedDeviceIdentity.parseFrom(proof);
      var details = signed.getDetails().toByteArray();
      boolean named =
          !signed.hasAccountSignatureKey()
              || Digests.equal(signed.getAccountSignatureKey().toByteArray(), account.get());
      return named
          && XEdDsa.verify(
              account.get(),
              joined(prefix(details), details, identity.get()),
              signed.getAccountSignature().toByteArray());
    } catch (InvalidProtocolBufferException _) {
      return false;
    }
  }

  private static byte[] prefix(byte[] details) throws InvalidProtocolBufferException {
    var device = ADVDeviceIdentity.parseFrom(details);
    return device.getDeviceType() == ADVEncryptionType.HOSTED ? HOSTED_ACCOUNT : ACCOUNT;
  }

  private static byte[] joined(byte[]... parts) {
    var all = new java.io.ByteArrayOutputStream();
    for (var part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
