package holdfast.sandbox.phone;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.KeyPair;
import holdfast.crypto.XEdDsa;
import holdfast.proto.ADVSignedDeviceIdentity;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.World;
import holdfast.signal.Bundle;
import holdfast.signal.SignedPreKey;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// A companion that is linked without the act of pairing, with all that a client must hold to log
/// in as it: for measurements with thousands of links, where their making isn't what is measured.
///
/// Keys are private halves, 32 bytes. `deviceIdentity`: as [holdfast.sandbox.world.Device.Bond] has
/// it. The phone counts it as greeted: nothing waits for it at its first login.
public record Prepared(
    String jid,
    String lid,
    String pushName,
    byte[] noiseKey,
    byte[] identityKey,
    int registrationId,
    Signed signedPreKey,
    List<OneTime> preKeys,
    byte[] advSecret,
    byte[] deviceIdentity) {
  public record Signed(int id, byte[] key, byte[] signature) {}

  public record OneTime(int id, byte[] key) {}

  private static final int SIGNED_ID = 1;
  private static final int REGISTRATION_IDS = 0x3FFF;

  /// Links one to `phone`, with `preKeys` one-time prekeys that the server can hand out.
  public static Prepared link(World world, Phone phone, int preKeys) {
    var random = world.random();
    var account = phone.account();
    var noise = KeyPair.generate(random);
    var identity = KeyPair.generate(random);
    var signed = SignedPreKey.generate(SIGNED_ID, identity, random);
    var advSecret = new byte[32];
    random.nextBytes(advSecret);
    int keyIndex = account.nextKeyIndex();
    var companion = new Adv.Companion(identity.publicKey(), account.rawId(), keyIndex, world.now());
    var accepted = Adv.accept(phone.identity(), companion, advSecret, random);
    var signedIdentity = countersigned(accepted.signed(), identity, random);
    var keys =
        new Device.Keys(
            1 + random.nextInt(REGISTRATION_IDS - 1),
            identity.publicKey(),
            signed.id(),
            signed.pair().publicKey(),
            signed.signature());
    var bond = new Device.Bond(keyIndex, noise.publicKey(), signedIdentity);
    var device = account.addDevice(account.freeNumber(), bond, keys);
    device.setGreeted();
    return new Prepared(
        device.phoneJid().toString(),
        device.lidJid().toString(),
        account.pushName(),
        noise.privateKey(),
        identity.privateKey(),
        (int) keys.registrationId(),
        new Signed(signed.id(), signed.pair().privateKey(), signed.signature()),
        oneTime(device, preKeys, random),
        advSecret,
        signedIdentity);
  }

  private static List<OneTime> oneTime(Device device, int count, RandomGenerator random) {
    var own = new ArrayList<OneTime>(count);
    var published = new ArrayList<Bundle.OneTime>(count);
    for (int id = 1; id <= count; id++) {
      var pair = KeyPair.generate(random);
      own.add(new OneTime(id, pair.privateKey()));
      published.add(new Bundle.OneTime(id, pair.publicKey()));
    }
    device.addPreKeys(published);
    return own;
  }

  /// What the companion adds to the account's signature (protocol page 03 § 2.4).
  private static byte[] countersigned(byte[] signed, KeyPair identity, RandomGenerator random) {
    try {
      var given = ADVSignedDeviceIdentity.parseFrom(signed);
      var message =
          Adv.joined(
              Adv.DEVICE_SIGNATURE,
              given.getDetails().toByteArray(),
              identity.publicKey(),
              given.getAccountSignatureKey().toByteArray());
      var signature = XEdDsa.sign(identity.privateKey(), message, random);
      return given.toBuilder()
          .setDeviceSignature(ByteString.copyFrom(signature))
          .build()
          .toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an identity that was just signed can't be read", e);
    }
  }

  @Override
  public String toString() {
    return "Prepared[" + preKeys.size() + " prekeys]";
  }
}
