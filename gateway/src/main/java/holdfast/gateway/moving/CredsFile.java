package holdfast.gateway.moving;

import com.google.protobuf.ByteString;
import holdfast.crypto.KeyPair;
import holdfast.proto.ADVSignedDeviceIdentity;
import holdfast.signal.SignedPreKey;
import holdfast.stanza.Jid;
import holdfast.store.Account;
import holdfast.store.Credentials;
import holdfast.store.PreKeyBook;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// `creds.json`, read: who this companion is, and to whom it is linked.
record CredsFile(
    Credentials credentials,
    Account account,
    byte[] accountKey,
    PreKeyBook book,
    Optional<byte[]> routing) {
  private static final int SIGNATURE_BYTES = 64;
  private static final int SECRET_BYTES = 32;
  private static final int MOST_ID = 0xFF_FFFF;

  static CredsFile read(Fields creds, Instant now) {
    var me = creds.find("me");
    var linked = creds.find("account");
    if (me.isEmpty() || linked.isEmpty()) {
      throw creds.unfit("isn't linked to an account: its pairing was never finished");
    }
    var accountKey = accountKey(creds, linked.get());
    var signed = signedPreKey(creds.at("signedPreKey"));
    int next = creds.at("nextPreKeyId").id(MOST_ID);
    boolean uploaded = creds.at("firstUnuploadedPreKeyId").number() > 1;
    return new CredsFile(
        new Credentials(
            pair(creds.at("noiseKey")),
            pair(creds.at("signedIdentityKey")),
            signed,
            Optional.empty(),
            (int) creds.at("registrationId").number(),
            creds.at("advSecretKey").bytes(SECRET_BYTES),
            Optional.of(deviceIdentity(linked.get(), accountKey))),
        account(creds, me.get()),
        accountKey,
        new PreKeyBook(Math.max(1, next), uploaded, signed.id(), now),
        creds.find("routingInfo").map(Fields::bytes).filter(it -> it.length > 0));
  }

  /// Halves that don't belong together are told here, not by a phone that can't read.
  static KeyPair pair(Fields pair) {
    var whole = KeyPair.of(pair.at("private").key());
    if (!Arrays.equals(whole.publicKey(), pair.at("public").key())) {
      throw pair.unfit("is no pair: its halves don't belong together");
    }
    return whole;
  }

  private static SignedPreKey signedPreKey(Fields signed) {
    return new SignedPreKey(
        signed.at("keyId").id(MOST_ID),
        pair(signed.at("keyPair")),
        signed.at("signature").bytes(SIGNATURE_BYTES));
  }

  /// The phone's identity key. Where a version left it out of the account, the list of identities
  /// has it.
  private static byte[] accountKey(Fields creds, Fields account) {
    var key = account.find("accountSignatureKey").filter(it -> it.bytes().length > 0);
    return key.or(() -> firstIdentity(creds))
        .map(Fields::key)
        .orElseThrow(() -> account.unfit("has no accountSignatureKey"));
  }

  private static Optional<Fields> firstIdentity(Fields creds) {
    return creds
        .find("signalIdentities")
        .flatMap(list -> list.elements().stream().findFirst())
        .flatMap(identity -> identity.find("identifierKey"));
  }

  private static byte[] deviceIdentity(Fields account, byte[] accountKey) {
    return ADVSignedDeviceIdentity.newBuilder()
        .setDetails(ByteString.copyFrom(account.at("details").bytes()))
        .setAccountSignatureKey(ByteString.copyFrom(accountKey))
        .setAccountSignature(
            ByteString.copyFrom(account.at("accountSignature").bytes(SIGNATURE_BYTES)))
        .setDeviceSignature(
            ByteString.copyFrom(account.at("deviceSignature").bytes(SIGNATURE_BYTES)))
        .build()
        .toByteArray();
  }

  private static Account account(Fields creds, Fields me) {
    var jid = jid(me.at("id"));
    if (!jid.isPhone() || jid.device() == 0) {
      throw me.unfit("names no device of a phone number");
    }
    var lid =
        me.find("lid")
            .map(CredsFile::jid)
            .filter(Jid::isLid)
            .orElseThrow(
                () ->
                    me.unfit(
                        "has no lid: let Baileys 6.7 or newer connect once more with it, which"
                            + " writes it down"));
    return new Account(
        jid,
        lid.withDevice(jid.device()),
        me.find("name").map(Fields::text).filter(name -> !name.isEmpty()),
        creds.find("platform").map(Fields::text).orElse(""));
  }

  private static Jid jid(Fields text) {
    return Jid.tryParse(text.text()).orElseThrow(() -> text.unfit("is no JID"));
  }

  @Override
  public String toString() {
    return "CredsFile[" + credentials + "]";
  }
}
