package holdfast.gateway.moving;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.KeyPair;
import holdfast.proto.ADVSignedDeviceIdentity;
import holdfast.proto.Message;
import holdfast.stanza.Jid;
import holdfast.store.Account;
import holdfast.store.Credentials;
import holdfast.store.GroupInfo;
import holdfast.store.PreKeyBook;
import holdfast.store.Records;
import holdfast.store.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/// A link written as Baileys 7 reads it.
///
/// Who has been given our sender keys isn't written: Baileys then gives them to every member with
/// its next message to a group, instead of relying on a list that may be of another addressing.
final class BaileysExport {
  private static final long NOW_AND_THEN = 1;

  private final Records records;
  private final Credentials credentials;
  private final Account account;
  private final SortedMap<String, byte[]> files = new TreeMap<>();

  private BaileysExport(Records records, Credentials credentials, Account account) {
    this.records = records;
    this.credentials = credentials;
    this.account = account;
  }

  static AuthFiles write(
      Records records, Credentials credentials, Account account, RandomGenerator random) {
    var export = new BaileysExport(records, credentials, account);
    export.creds(random);
    export.preKeys();
    export.ratchets();
    export.identities();
    export.senderKeys();
    export.mappings();
    export.tokens();
    export.appStateKeys();
    return new AuthFiles(export.files);
  }

  private <T> void each(Table<T> table, BiConsumer<String, T> action) {
    for (var key : records.keys(table, "", Integer.MAX_VALUE)) {
      records.read(table, key).map(table::decode).ifPresent(value -> action.accept(key, value));
    }
  }

  private void put(String kind, String id, Object content) {
    files.put(Kind.file(kind, id), Json.bytes(content));
  }

  private void creds(RandomGenerator random) {
    var book =
        records
            .read(Table.PREKEY_BOOK, Table.ONLY)
            .map(Table.PREKEY_BOOK::decode)
            .orElse(PreKeyBook.NEW);
    var creds = new LinkedHashMap<String, Object>();
    creds.put("noiseKey", pair(credentials.noiseKey()));
    creds.put("pairingEphemeralKeyPair", pair(KeyPair.generate(random)));
    creds.put("signedIdentityKey", pair(credentials.identityKey()));
    var signed = credentials.signedPreKey();
    creds.put(
        "signedPreKey",
        Map.of(
            "keyPair",
            pair(signed.pair()),
            "signature",
            Json.buffer(signed.signature()),
            "keyId",
            signed.id()));
    creds.put("registrationId", credentials.registrationId());
    creds.put("advSecretKey", Json.base64(credentials.advSecret()));
    creds.put("processedHistoryMessages", List.of());
    creds.put("nextPreKeyId", book.nextId());
    creds.put("firstUnuploadedPreKeyId", book.nextId());
    // More than none: there is no first sync to wait for.
    creds.put("accountSyncCounter", NOW_AND_THEN);
    creds.put("accountSettings", Map.of("unarchiveChats", false));
    creds.put("registered", true);
    creds.put("account", deviceIdentity());
    creds.put("me", me());
    creds.put("signalIdentities", List.of(ownPhone()));
    creds.put("platform", account.platform());
    records
        .read(Table.ROUTING, Table.ONLY)
        .ifPresent(routing -> creds.put("routingInfo", Json.buffer(routing)));
    newestAppStateKey().ifPresent(id -> creds.put("myAppStateKeyId", id));
    files.put("creds.json", Json.bytes(creds));
  }

  private Map<String, Object> me() {
    var me = new LinkedHashMap<String, Object>();
    me.put("id", withDevice(account.jid()));
    me.put("lid", withDevice(account.lid()));
    account.pushName().ifPresent(name -> me.put("name", name));
    return me;
  }

  private static String withDevice(Jid jid) {
    return jid.user() + ":" + jid.device() + "@" + jid.server();
  }

  private ADVSignedDeviceIdentity identity() {
    try {
      return ADVSignedDeviceIdentity.parseFrom(credentials.deviceIdentity().orElseThrow());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the kept device identity can't be read", e);
    }
  }

  private Map<String, String> deviceIdentity() {
    var identity = identity();
    return Map.of(
        "details",
        Json.base64(identity.getDetails().toByteArray()),
        "accountSignatureKey",
        Json.base64(identity.getAccountSignatureKey().toByteArray()),
        "accountSignature",
        Json.base64(identity.getAccountSignature().toByteArray()),
        "deviceSignature",
        Json.base64(identity.getDeviceSignature().toByteArray()));
  }

  private Map<String, Object> ownPhone() {
    return Map.of(
        "identifier",
        Map.of("name", withDevice(account.lid()), "deviceId", 0),
        "identifierKey",
        Json.buffer(Json.typed(identity().getAccountSignatureKey().toByteArray())));
  }

  private static Map<String, Object> pair(KeyPair pair) {
    return Map.of(
        "private", Json.buffer(pair.privateKey()), "public", Json.buffer(pair.publicKey()));
  }

  private void preKeys() {
    each(Table.PREKEY, (_, key) -> put(Kind.PRE_KEY, Integer.toString(key.id()), pair(key.pair())));
  }

  private void ratchets() {
    each(
        Table.RATCHET,
        (device, ratchet) -> {
          var sessions = new LinkedHashMap<String, Object>();
          // The one that is written last is used last: the oldest goes first.
          SessionFile.states(ratchet)
              .toList()
              .reversed()
              .forEach(
                  kept -> {
                    var base = Json.base64(Json.typed(kept.state().getBaseKey().toByteArray()));
                    sessions.put(base, session(kept, sessions.size() + 1));
                  });
          var record = new LinkedHashMap<String, Object>();
          record.put("_sessions", sessions);
          record.put("version", "v1");
          put(Kind.SESSION, Jid.parse(device).signalAddress(), record);
        });
  }

  private static Map<String, Object> session(SessionFile.Kept kept, int age) {
    return SessionText.of(kept, age);
  }

  private void identities() {
    each(
        Table.IDENTITY,
        (device, key) ->
            put(Kind.IDENTITY, Jid.parse(device).signalAddress(), Json.buffer(Json.typed(key))));
  }

  /// A key lies under the name that the group calls its members by. Where that isn't known, those
  /// of others lie under both names, of which one is never asked for; our own only under the LID,
  /// since of two copies one could go back.
  private void senderKeys() {
    each(
        Table.SENDER_KEY,
        (key, senderKey) -> {
          int cut = key.indexOf('/');
          var group = key.substring(0, cut);
          var device = Jid.parse(key.substring(cut + 1));
          for (var name : names(group, device)) {
            files.put(
                Kind.file(Kind.SENDER_KEY, SenderKeyFile.id(group, name.signalAddress())),
                SenderKeyFile.write(senderKey));
          }
        });
  }

  private List<Jid> names(String group, Jid device) {
    boolean own = device.equals(account.lid());
    var phone =
        own
            ? Optional.of(account.jid())
            : records
                .read(Table.PHONE, device.user())
                .map(Table.PHONE::decode)
                .map(user -> Jid.phone(user).withDevice(device.device()));
    if (!device.isLid() || phone.isEmpty()) {
      return List.of(device);
    }
    var info = records.read(Table.GROUP, group).map(Table.GROUP::decode);
    return info.map(GroupInfo::lidAddressed)
        .map(lids -> List.of(lids ? device : phone.get()))
        .orElse(own ? List.of(device) : List.of(device, phone.get()));
  }

  private void mappings() {
    each(
        Table.LID,
        (phone, lid) -> {
          put(Kind.LID_MAPPING, phone, lid);
          put(Kind.LID_MAPPING, lid + "_reverse", phone);
        });
  }

  private void tokens() {
    var accounts = new ArrayList<String>();
    each(
        Table.TRUSTED_TOKEN,
        (lid, token) -> {
          var view = new LinkedHashMap<String, Object>();
          view.put("token", Json.buffer(token.received()));
          if (!token.receivedAt().equals(Instant.EPOCH)) {
            view.put("timestamp", Long.toString(token.receivedAt().getEpochSecond()));
          }
          if (!token.issuedAt().equals(Instant.EPOCH)) {
            view.put("senderTimestamp", token.issuedAt().getEpochSecond());
          }
          put(Kind.TOKEN, lid, view);
          accounts.add(lid);
        });
    if (!accounts.isEmpty()) {
      var list = Json.text(accounts).getBytes(StandardCharsets.UTF_8);
      put(Kind.TOKEN, "__index", Map.of("token", Json.buffer(list)));
    }
  }

  private void appStateKeys() {
    each(Table.APP_STATE_KEY, (id, bytes) -> put(Kind.APP_STATE_KEY, base64(id), view(bytes)));
  }

  private static String base64(String hex) {
    return Json.base64(HexFormat.of().parseHex(hex));
  }

  private static Map<String, Object> view(byte[] bytes) {
    var data = appStateKey(bytes);
    var print = data.getFingerprint();
    return Map.of(
        "keyData",
        Json.base64(data.getKeyData().toByteArray()),
        "fingerprint",
        Map.of(
            "rawId",
            Integer.toUnsignedLong(print.getRawId()),
            "currentIndex",
            Integer.toUnsignedLong(print.getCurrentIndex()),
            "deviceIndexes",
            print.getDeviceIndexesList()),
        "timestamp",
        Long.toString(data.getTimestamp()));
  }

  private static Message.AppStateSyncKeyData appStateKey(byte[] bytes) {
    try {
      return Message.AppStateSyncKeyData.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a kept app state key can't be read", e);
    }
  }

  private Optional<String> newestAppStateKey() {
    var newest = new TreeMap<Long, String>();
    each(
        Table.APP_STATE_KEY,
        (id, bytes) -> newest.put(appStateKey(bytes).getTimestamp(), base64(id)));
    return Optional.ofNullable(newest.lastEntry()).map(Map.Entry::getValue);
  }
}
