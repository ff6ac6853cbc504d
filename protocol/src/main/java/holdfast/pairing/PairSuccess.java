package holdfast.pairing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.Digests;
import holdfast.crypto.XEdDsa;
import holdfast.proto.ADVDeviceIdentity;
import holdfast.proto.ADVEncryptionType;
import holdfast.proto.ADVSignedDeviceIdentity;
import holdfast.proto.ADVSignedDeviceIdentityHMAC;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.MalformedStanza;
import holdfast.store.Account;
import holdfast.store.Credentials;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// The phone's word that this companion is its own, checked twice: by the secret that went
/// through the QR (or the pairing code), and by the account's signature. Either failing, nothing
/// is linked. Source: protocol page 03 § 2.5; vectors `adv-pairing.json`.
public final class PairSuccess {
  private static final byte[] ACCOUNT_PREFIX = {6, 0};
  private static final byte[] DEVICE_PREFIX = {6, 1};
  private static final byte[] HOSTED_PREFIX = {6, 5};
  private static final byte[] NO_PREFIX = {};
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  /// Answers to the `pair-success` iq.
  public sealed interface Outcome {
    /// `reply` goes to the server after `credentials` are stored; `accountKey`: the account's
    /// identity, 32 bytes.
    record Linked(Account account, Credentials credentials, byte[] accountKey, Element reply)
        implements Outcome {}

    /// `reply` tells the server why; `reason` is for people.
    record Refused(String reason, Element reply) implements Outcome {}
  }

  private PairSuccess() {}

  /// `iq`: the whole element with its `pair-success` child. Draws 64 bytes for the device
  /// signature.
  /// @throws holdfast.stanza.MalformedStanza when parts of it are missing
  public static Outcome take(Element iq, Credentials credentials, RandomGenerator random) {
    var success = iq.requireChild("pair-success");
    try {
      var container =
          ADVSignedDeviceIdentityHMAC.parseFrom(success.requireChild("device-identity").bytes());
      if (!isByOurSecret(container, credentials)) {
        return refused(iq, 401, "hmac-mismatch");
      }
      var signed = ADVSignedDeviceIdentity.parseFrom(container.getDetails());
      var identity = ADVDeviceIdentity.parseFrom(signed.getDetails());
      if (!isByTheAccount(signed, identity, credentials)) {
        return refused(iq, 401, "signature-mismatch");
      }
      return linked(iq, success, signed, identity, credentials, random);
    } catch (InvalidProtocolBufferException e) {
      return refused(iq, 500, "internal-error");
    }
  }

  private static boolean isByOurSecret(
      ADVSignedDeviceIdentityHMAC container, Credentials credentials) {
    var prefix = container.getAccountType() == ADVEncryptionType.HOSTED ? HOSTED_PREFIX : NO_PREFIX;
    var expected =
        Digests.hmacSha256(credentials.advSecret(), prefix, container.getDetails().toByteArray());
    return Digests.equal(expected, container.getHmac().toByteArray());
  }

  private static boolean isByTheAccount(
      ADVSignedDeviceIdentity signed, ADVDeviceIdentity identity, Credentials credentials) {
    var prefix =
        identity.getDeviceType() == ADVEncryptionType.HOSTED ? HOSTED_PREFIX : ACCOUNT_PREFIX;
    var message =
        concat(prefix, signed.getDetails().toByteArray(), credentials.identityKey().publicKey());
    return XEdDsa.verify(
        signed.getAccountSignatureKey().toByteArray(),
        message,
        signed.getAccountSignature().toByteArray());
  }

  private static Outcome linked(
      Element iq,
      Element success,
      ADVSignedDeviceIdentity signed,
      ADVDeviceIdentity identity,
      Credentials credentials,
      RandomGenerator random) {
    var accountKey = signed.getAccountSignatureKey().toByteArray();
    var signature =
        XEdDsa.sign(
            credentials.identityKey().privateKey(),
            concat(
                DEVICE_PREFIX,
                signed.getDetails().toByteArray(),
                credentials.identityKey().publicKey(),
                accountKey),
            random);
    var complete = signed.toBuilder().setDeviceSignature(ByteString.copyFrom(signature)).build();
    var device = success.requireChild("device");
    var account =
        new Account(
            companion(device.requireJid("jid"), Jid::isPhone),
            companion(device.requireJid("lid"), Jid::isLid),
            businessName(success),
            success.child("platform").flatMap(it -> it.attribute("name")).orElse("unknown"));
    var reply =
        Element.of("iq")
            .with("to", Jid.SERVER)
            .with("type", "result")
            .with("id", iq.require("id"))
            .containing(
                Element.of("pair-device-sign")
                    .containing(
                        Element.of("device-identity")
                            .with("key-index", identity.getKeyIndex())
                            .containing(
                                complete.toBuilder()
                                    .clearAccountSignatureKey()
                                    .build()
                                    .toByteArray())));
    return new Outcome.Linked(
        account, credentials.linked(complete.toByteArray()), accountKey, reply);
  }

  /// A device of a person, in the right domain: what follows logs in with its number.
  private static Jid companion(Jid jid, Predicate<Jid> domain) {
    if (!domain.test(jid) || jid.device() == 0 || !NUMBER.matcher(jid.user()).matches()) {
      throw new MalformedStanza("a companion can't be " + jid.server() + " of that form");
    }
    return jid;
  }

  private static Outcome refused(Element iq, int code, String text) {
    var reply =
        Element.of("iq")
            .with("to", Jid.SERVER)
            .with("type", "error")
            .with("id", iq.require("id"))
            .containing(Element.of("error").with("code", code).with("text", text));
    return new Outcome.Refused(text, reply);
  }

  /// A business account brings its name; anybody else's push name comes with the app state.
  private static Optional<String> businessName(Element success) {
    return success.child("biz").flatMap(biz -> biz.attribute("name"));
  }

  private static byte[] concat(byte[]... parts) {
    var length = 0;
    for (var part : parts) {
      length += part.length;
    }
    var all = new byte[length];
    var at = 0;
    for (var part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
