package holdfast.gateway.moving;

import com.google.protobuf.ByteString;
import holdfast.crypto.Forged;
import holdfast.proto.Message;
import holdfast.proto.SenderKeyStateRecord;
import holdfast.signal.PreKey;
import holdfast.signal.Ratchet;
import holdfast.signal.SenderKey;
import holdfast.stanza.Jid;
import holdfast.store.Control;
import holdfast.store.Draft;
import holdfast.store.TrustedToken;
import holdfast.store.Unreadable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A link as an auth state of Baileys holds it, read as a whole and ready to be written.
///
/// Reading refuses what doesn't fit; nothing is written before all of it was read. What a gateway
/// asks WhatsApp for anyway isn't taken: device lists, versions of the app state.
public final class BaileysImport {
  private static final int MOST_ID = 0xFF_FFFF;
  private static final String TOKEN_INDEX = "__index";

  private final CredsFile creds;
  private final Peers peers;
  private final List<PreKey> preKeys = new ArrayList<>();
  private final Map<Jid, Ratchet> ratchets = new LinkedHashMap<>();
  private final Map<Jid, byte[]> identities = new LinkedHashMap<>();
  private final Map<SenderName, SenderKey> senderKeys = new LinkedHashMap<>();
  private final Map<Jid, List<Jid>> holders = new LinkedHashMap<>();
  private final Map<Jid, TrustedToken> tokens = new LinkedHashMap<>();
  private final Map<String, byte[]> appStateKeys = new LinkedHashMap<>();

  private record SenderName(Jid group, Jid device) {}

  private BaileysImport(CredsFile creds, Peers peers) {
    this.creds = creds;
    this.peers = peers;
  }

  /// @throws UnfitState when any of the files can't be understood
  public static BaileysImport read(AuthFiles files, Instant now) {
    var creds = CredsFile.read(files.creds(), now);
    var peers = new Peers(creds.account(), files);
    var read = new BaileysImport(creds, peers);
    read.readSessions(files);
    files.eachOfKind(Kind.PRE_KEY, read::readPreKey);
    files.eachOfKind(Kind.IDENTITY, read::readIdentity);
    read.readSenderKeys(files);
    files.eachOfKind(Kind.SENDER_KEY_MEMORY, read::readHolders);
    files.eachOfKind(Kind.TOKEN, read::readToken);
    files.eachOfKind(Kind.APP_STATE_KEY, read::readAppStateKey);
    return read;
  }

  private void readPreKey(String id, Fields file) {
    preKeys.add(new PreKey(number(id, file), CredsFile.pair(file)));
  }

  private static int number(String id, Fields file) {
    try {
      int number = Integer.parseInt(id);
      if (number > 0 && number <= MOST_ID) {
        return number;
      }
    } catch (NumberFormatException _) {
      // falls through to the same answer
    }
    throw file.unfit("has a name without a number");
  }

  private void readSessions(AuthFiles files) {
    var named = new LinkedHashMap<Jid, List<SessionFile.Kept>>();
    files.eachOfKind(
        Kind.SESSION,
        (name, file) -> {
          var device = peers.device(name).orElseThrow(() -> file.unfit("names no device"));
          named.computeIfAbsent(device, _ -> new ArrayList<>()).addAll(SessionFile.read(file));
        });
    peers.learn(named);
    var known = new LinkedHashMap<Jid, List<SessionFile.Kept>>();
    named.forEach(
        (device, kept) ->
            known.computeIfAbsent(peers.known(device), _ -> new ArrayList<>()).addAll(kept));
    known.forEach(
        (device, kept) -> {
          var ratchet = SessionFile.ratchet(kept);
          ratchets.put(device, ratchet);
          ratchet.remoteIdentity().ifPresent(key -> identities.put(device, key));
        });
    identities.put(creds.account().lid().bare(), creds.accountKey());
  }

  /// Only where no ratchet tells it: what a ratchet was made with is what the device has.
  private void readIdentity(String name, Fields file) {
    var device = peers.device(name).orElseThrow(() -> file.unfit("names no device"));
    identities.putIfAbsent(peers.known(device), file.key());
  }

  private void readSenderKeys(AuthFiles files) {
    var found = new LinkedHashMap<SenderName, List<SenderKeyStateRecord>>();
    files.eachOfKind(
        Kind.SENDER_KEY,
        (id, file) ->
            found
                .computeIfAbsent(senderName(id, file), _ -> new ArrayList<>())
                .addAll(SenderKeyFile.read(file)));
    found.forEach(
        (name, states) -> {
          if (!states.isEmpty()) {
            senderKeys.put(name, SenderKeyFile.senderKey(states));
          }
        });
  }

  /// `group--user--device`: the group's own name may hold a dash.
  private SenderName senderName(String id, Fields file) {
    int last = id.lastIndexOf("--");
    int first = last < 1 ? -1 : id.lastIndexOf("--", last - 1);
    if (first > 0) {
      var group = Jid.tryParse(id.substring(0, first));
      var device = peers.device(id.substring(first + 2, last), id.substring(last + 2));
      if (group.isPresent() && device.isPresent()) {
        return new SenderName(group.get(), peers.known(device.get()));
      }
    }
    throw file.unfit("names no group and device");
  }

  /// Baileys counts this very device among those that it has given its key; we don't.
  private void readHolders(String id, Fields file) {
    var group = Jid.tryParse(id).orElseThrow(() -> file.unfit("names no group"));
    var own = creds.account().lid();
    var devices =
        file.members().entrySet().stream()
            .filter(entry -> entry.getValue().node().asBoolean())
            .flatMap(entry -> Jid.tryParse(entry.getKey()).stream())
            .map(peers::known)
            .filter(device -> !device.equals(own))
            .distinct()
            .toList();
    holders.put(group, devices);
  }

  private void readToken(String id, Fields file) {
    if (id.equals(TOKEN_INDEX)) {
      return;
    }
    var jid = Jid.tryParse(id).orElseThrow(() -> file.unfit("names no account"));
    var token = file.find("token").map(Fields::bytes).orElseGet(() -> new byte[0]);
    var received = file.find("timestamp").map(Fields::number).map(Instant::ofEpochSecond);
    var issued = file.find("senderTimestamp").map(Fields::number).map(Instant::ofEpochSecond);
    tokens.put(
        peers.known(jid.bare()),
        new TrustedToken(token, received.orElse(Instant.EPOCH), issued.orElse(Instant.EPOCH)));
  }

  private void readAppStateKey(String id, Fields file) {
    var data =
        Message.AppStateSyncKeyData.newBuilder()
            .setKeyData(ByteString.copyFrom(file.at("keyData").bytes()));
    file.find("timestamp").ifPresent(time -> data.setTimestamp(time.number()));
    file.find("fingerprint").ifPresent(print -> data.setFingerprint(fingerprint(print)));
    appStateKeys.put(keyId(id, file), data.build().toByteArray());
  }

  private static Message.AppStateSyncKeyFingerprint fingerprint(Fields print) {
    var fingerprint = Message.AppStateSyncKeyFingerprint.newBuilder();
    print.find("rawId").ifPresent(id -> fingerprint.setRawId((int) id.number()));
    print
        .find("currentIndex")
        .ifPresent(index -> fingerprint.setCurrentIndex((int) index.number()));
    print
        .find("deviceIndexes")
        .ifPresent(
            list ->
                list.elements()
                    .forEach(index -> fingerprint.addDeviceIndexes((int) index.number())));
    return fingerprint.build();
  }

  private static String keyId(String id, Fields file) {
    try {
      return HexFormat.of().formatHex(Base64.getDecoder().decode(id.replace("__", "/")));
    } catch (IllegalArgumentException _) {
      throw file.unfit("has a name without a key id");
    }
  }

  /// Puts the link into the draft of a session at rest. What was there of another link is
  /// forgotten, but for its credentials, which are kept aside as at every relink.
  void write(Draft draft) {
    try {
      draft.putLinkAside();
    } catch (Forged | Unreadable _) {
      draft.forgetLink(); // what nobody can read can't be kept aside
    }
    draft.linkMade(creds.credentials());
    draft.preKeyBook(creds.book());
    creds.routing().ifPresent(draft::routing);
    peers.pairs().forEach((phone, lid) -> draft.mapping(Jid.phone(phone), Jid.lid(lid)));
    preKeys.forEach(draft::preKey);
    ratchets.forEach(draft::ratchet);
    identities.forEach(draft::identity);
    senderKeys.forEach((name, key) -> draft.senderKey(name.group(), name.device(), key));
    holders.forEach(
        (group, devices) ->
            ownKey(group).ifPresent(key -> draft.senderKeyGiven(group, key.keyId(), devices)));
    tokens.forEach(draft::trustedToken);
    appStateKeys.forEach(draft::appStateKey);
    draft.control(
        new Control(
            false,
            "stopped",
            draft.control().generation(),
            Optional.of(creds.account()),
            Control.Conflicts.NONE,
            Optional.empty()));
  }

  private Optional<SenderKey> ownKey(Jid group) {
    return Optional.ofNullable(senderKeys.get(new SenderName(group, creds.account().lid())))
        .filter(SenderKey::canSend);
  }

  /// For people: what was taken.
  Moving.Taken taken() {
    return new Moving.Taken(
        creds.account(), ratchets.size(), preKeys.size(), senderKeys.size(), tokens.size());
  }
}
