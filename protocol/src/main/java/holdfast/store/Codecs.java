package holdfast.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import holdfast.crypto.KeyPair;
import holdfast.proto.AccountRecord;
import holdfast.proto.ControlRecord;
import holdfast.proto.CredentialsRecord;
import holdfast.proto.DeviceListRecord;
import holdfast.proto.DisconnectRecord;
import holdfast.proto.GroupInfoRecord;
import holdfast.proto.KeyPairRecord;
import holdfast.proto.MissedRecord;
import holdfast.proto.MissedRecords;
import holdfast.proto.PreKeyBookRecord;
import holdfast.proto.PreKeyRecord;
import holdfast.proto.TrustedTokenRecord;
import holdfast.signal.PreKey;
import holdfast.signal.SignedPreKey;
import holdfast.stanza.Jid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Records as bytes, by the schema `store.proto`. What can't be read back is a broken store, never
/// a guess.
final class Codecs {
  private Codecs() {}

  static byte[] encode(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static byte[] encode(Long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  static Long number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }

  static byte[] encode(Control control) {
    var record =
        ControlRecord.newBuilder()
            .setWanted(control.wanted())
            .setPhase(control.phase())
            .setGeneration(control.generation())
            .setConflicts(control.conflicts().count())
            .setLastConflictMs(control.conflicts().last().toEpochMilli())
            .setCoolDownEndsMs(control.conflicts().coolDownEnds().toEpochMilli())
            .setConflictWaitEndsMs(control.conflicts().waitEnds().toEpochMilli());
    control.account().ifPresent(account -> record.setAccount(record(account)));
    control.former().ifPresent(account -> record.setFormer(record(account)));
    control.lastDisconnect().ifPresent(end -> record.setLastDisconnect(record(end)));
    return record.build().toByteArray();
  }

  static Control control(byte[] bytes) {
    var record = parse(ControlRecord.parser(), bytes);
    return new Control(
        record.getWanted(),
        record.getPhase(),
        record.getGeneration(),
        record.hasAccount() ? Optional.of(account(record.getAccount())) : Optional.empty(),
        record.hasFormer() ? Optional.of(account(record.getFormer())) : Optional.empty(),
        new Control.Conflicts(
            record.getConflicts(),
            Instant.ofEpochMilli(record.getLastConflictMs()),
            Instant.ofEpochMilli(record.getCoolDownEndsMs()),
            Instant.ofEpochMilli(record.getConflictWaitEndsMs())),
        record.hasLastDisconnect()
            ? Optional.of(disconnect(record.getLastDisconnect()))
            : Optional.empty());
  }

  private static AccountRecord record(Account account) {
    var record =
        AccountRecord.newBuilder()
            .setJid(account.jid().toString())
            .setLid(account.lid().toString())
            .setPlatform(account.platform());
    account.pushName().ifPresent(record::setPushName);
    return record.build();
  }

  private static Account account(AccountRecord record) {
    return new Account(
        Jid.parse(record.getJid()),
        Jid.parse(record.getLid()),
        record.hasPushName() ? Optional.of(record.getPushName()) : Optional.empty(),
        record.getPlatform());
  }

  private static DisconnectRecord record(Control.Disconnect end) {
    return DisconnectRecord.newBuilder()
        .setCode(end.code())
        .setReason(end.reason())
        .setText(end.text())
        .setAtMs(end.at().toEpochMilli())
        .setGeneration(end.generation())
        .build();
  }

  private static Control.Disconnect disconnect(DisconnectRecord record) {
    return new Control.Disconnect(
        record.getCode(),
        record.getReason(),
        record.getText(),
        Instant.ofEpochMilli(record.getAtMs()),
        record.getGeneration());
  }

  static byte[] encode(Credentials credentials) {
    var record =
        CredentialsRecord.newBuilder()
            .setNoiseKey(record(credentials.noiseKey()))
            .setIdentityKey(record(credentials.identityKey()))
            .setSignedPreKey(record(credentials.signedPreKey()))
            .setRegistrationId(credentials.registrationId())
            .setAdvSecret(ByteString.copyFrom(credentials.advSecret()));
    credentials
        .previousSignedPreKey()
        .ifPresent(key -> record.setPreviousSignedPreKey(record(key)));
    credentials
        .deviceIdentity()
        .ifPresent(identity -> record.setDeviceIdentity(ByteString.copyFrom(identity)));
    return record.build().toByteArray();
  }

  static Credentials credentials(byte[] bytes) {
    var record = parse(CredentialsRecord.parser(), bytes);
    return new Credentials(
        pair(record.getNoiseKey()),
        pair(record.getIdentityKey()),
        signed(record.getSignedPreKey()),
        record.hasPreviousSignedPreKey()
            ? Optional.of(signed(record.getPreviousSignedPreKey()))
            : Optional.empty(),
        record.getRegistrationId(),
        record.getAdvSecret().toByteArray(),
        record.hasDeviceIdentity()
            ? Optional.of(record.getDeviceIdentity().toByteArray())
            : Optional.empty());
  }

  private static KeyPairRecord record(KeyPair pair) {
    return KeyPairRecord.newBuilder()
        .setPrivateKey(ByteString.copyFrom(pair.privateKey()))
        .setPublicKey(ByteString.copyFrom(pair.publicKey()))
        .build();
  }

  private static KeyPair pair(KeyPairRecord record) {
    return KeyPair.of(record.getPrivateKey().toByteArray(), record.getPublicKey().toByteArray());
  }

  private static PreKeyRecord record(SignedPreKey key) {
    return PreKeyRecord.newBuilder()
        .setId(key.id())
        .setPair(record(key.pair()))
        .setSignature(ByteString.copyFrom(key.signature()))
        .build();
  }

  private static SignedPreKey signed(PreKeyRecord record) {
    return new SignedPreKey(
        record.getId(), pair(record.getPair()), record.getSignature().toByteArray());
  }

  static byte[] encode(PreKey key) {
    return PreKeyRecord.newBuilder()
        .setId(key.id())
        .setPair(record(key.pair()))
        .build()
        .toByteArray();
  }

  static PreKey preKey(byte[] bytes) {
    var record = parse(PreKeyRecord.parser(), bytes);
    return new PreKey(record.getId(), pair(record.getPair()));
  }

  static byte[] encode(PreKeyBook book) {
    return PreKeyBookRecord.newBuilder()
        .setNextId(book.nextId())
        .setUploadedOnce(book.uploadedOnce())
        .setSignedId(book.signedId())
        .setSignedMs(book.signedAt().toEpochMilli())
        .build()
        .toByteArray();
  }

  static PreKeyBook preKeyBook(byte[] bytes) {
    var record = parse(PreKeyBookRecord.parser(), bytes);
    return new PreKeyBook(
        record.getNextId(),
        record.getUploadedOnce(),
        record.getSignedId(),
        Instant.ofEpochMilli(record.getSignedMs()));
  }

  static byte[] encode(DeviceList list) {
    return DeviceListRecord.newBuilder()
        .addAllDevices(list.devices())
        .setAtMs(list.at().toEpochMilli())
        .build()
        .toByteArray();
  }

  static DeviceList deviceList(byte[] bytes) {
    var record = parse(DeviceListRecord.parser(), bytes);
    return new DeviceList(record.getDevicesList(), Instant.ofEpochMilli(record.getAtMs()));
  }

  static byte[] encode(GroupInfo group) {
    return GroupInfoRecord.newBuilder()
        .setJid(group.jid().toString())
        .setSubject(group.subject())
        .setLidAddressed(group.lidAddressed())
        .addAllMembers(group.members().stream().map(Jid::toString).toList())
        .setAtMs(group.at().toEpochMilli())
        .build()
        .toByteArray();
  }

  static GroupInfo groupInfo(byte[] bytes) {
    var record = parse(GroupInfoRecord.parser(), bytes);
    return new GroupInfo(
        Jid.parse(record.getJid()),
        record.getSubject(),
        record.getLidAddressed(),
        record.getMembersList().stream().map(Jid::parse).toList(),
        Instant.ofEpochMilli(record.getAtMs()));
  }

  static byte[] encode(TrustedToken token) {
    return TrustedTokenRecord.newBuilder()
        .setReceived(ByteString.copyFrom(token.received()))
        .setReceivedMs(token.receivedAt().toEpochMilli())
        .setIssuedMs(token.issuedAt().toEpochMilli())
        .build()
        .toByteArray();
  }

  static TrustedToken trustedToken(byte[] bytes) {
    var record = parse(TrustedTokenRecord.parser(), bytes);
    return new TrustedToken(
        record.getReceived().toByteArray(),
        Instant.ofEpochMilli(record.getReceivedMs()),
        Instant.ofEpochMilli(record.getIssuedMs()));
  }

  static byte[] encode(List<Missed> missed) {
    return MissedRecords.newBuilder()
        .addAllMissed(missed.stream().map(Codecs::toRecord).toList())
        .build()
        .toByteArray();
  }

  private static MissedRecord toRecord(Missed missed) {
    var record =
        MissedRecord.newBuilder()
            .setId(missed.id())
            .setChat(missed.chat().toString())
            .setSender(missed.sender().toString())
            .setAtMs(missed.at().toEpochMilli())
            .setOffline(missed.offline())
            .setSinceMs(missed.since().toEpochMilli())
            .setDueMs(missed.due().toEpochMilli())
            .addAllRequests(missed.requests());
    missed.pushName().ifPresent(record::setPushName);
    return record.build();
  }

  static List<Missed> missed(byte[] bytes) {
    return parse(MissedRecords.parser(), bytes).getMissedList().stream()
        .map(Codecs::ofRecord)
        .toList();
  }

  private static Missed ofRecord(MissedRecord record) {
    return new Missed(
        record.getId(),
        Jid.parse(record.getChat()),
        Jid.parse(record.getSender()),
        record.hasPushName() ? Optional.of(record.getPushName()) : Optional.empty(),
        Instant.ofEpochMilli(record.getAtMs()),
        record.getOffline(),
        Instant.ofEpochMilli(record.getSinceMs()),
        Instant.ofEpochMilli(record.getDueMs()),
        record.getRequestsList());
  }

  private static <T extends MessageLite> T parse(Parser<T> parser, byte[] bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new Unreadable(e);
    }
  }
}
