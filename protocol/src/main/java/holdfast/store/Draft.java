package holdfast.store;

import holdfast.signal.PreKey;
import holdfast.signal.Ratchet;
import holdfast.signal.SenderKey;
import holdfast.stanza.Jid;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A transactional view of one tenant's own records: it answers from what this batch has written,
/// then from the session's cache, then from the store; it keeps what is written until [#batch]
/// takes it to the commit. The ONLY thing that the core calls out to. Used by one thread; thrown
/// away when the commit fails.
///
/// A damaged record is thrown as what it is, except where to begin anew heals: for ratchets, sender
/// keys, identities and prekeys, whose messages are asked for again under new keys, and for what is
/// asked for at the phone. There it counts as none, and [#damaged] tells it.
public final class Draft {
  /// How long an inbound message is remembered as taken (R31).
  private static final Duration SEEN_FOR = Duration.ofDays(8);

  private static final Duration RETRIES_FOR = Duration.ofDays(7);

  private final View view;
  private final Sends sends;
  private final Links links;
  private final List<Event> events = new ArrayList<>();

  public Draft(Records records, Cache cache) {
    this.view = new View(records, cache);
    this.sends = new Sends(records, cache);
    this.links = new Links(view, sends);
  }

  // ---- the session itself

  public Control control() {
    return view.get(Table.CONTROL, Table.ONLY).orElse(Control.NEW);
  }

  public void control(Control control) {
    if (!control.equals(control())) {
      view.put(Table.CONTROL, Table.ONLY, control);
    }
  }

  public Optional<Credentials> credentials() {
    return view.get(Table.CREDENTIALS, Table.ONLY);
  }

  public void credentials(Credentials credentials) {
    view.put(Table.CREDENTIALS, Table.ONLY, credentials);
  }

  /// A damaged one counts as none: nothing hangs on it before it is linked.
  public Optional<Credentials> candidate() {
    return view.readable(Table.CANDIDATE, Table.ONLY);
  }

  public void candidate(Credentials credentials) {
    view.put(Table.CANDIDATE, Table.ONLY, credentials);
  }

  /// The candidate has become the link: what belonged to an older one is put aside or forgotten.
  public void linkMade(Credentials credentials) {
    links.made(credentials, control().former().isPresent());
  }

  /// The link has proven itself: the one before it has no use any more (R27).
  public void linkProven() {
    links.proven(control().former().isPresent());
  }

  /// The link that a relink has put aside takes the place of the new one (R27).
  public void bringLinkBack() {
    links.bringBack();
  }

  /// Ends the link: its credentials are kept aside (R17), all else that belongs to it is forgotten.
  public void putLinkAside() {
    links.putAside();
  }

  /// Forgets everything of the link. What is aside, the outbox, the events and the control record
  /// stay.
  public void forgetLink() {
    links.forget();
  }

  public void forgetLinkAside() {
    links.forgetAside();
  }

  /// Makes the link safe, and the one aside, where they are an older copy of themselves: nothing is
  /// sent with a key that may have been used since. Returns whether all of them could be read.
  public boolean retireLinks() {
    return new Retirement(view).run(control());
  }

  public Optional<byte[]> routing() {
    return view.get(Table.ROUTING, Table.ONLY);
  }

  public void routing(byte[] info) {
    view.put(Table.ROUTING, Table.ONLY, info);
  }

  // ---- prekeys

  public PreKeyBook preKeyBook() {
    return view.get(Table.PREKEY_BOOK, Table.ONLY).orElse(PreKeyBook.NEW);
  }

  public void preKeyBook(PreKeyBook book) {
    view.put(Table.PREKEY_BOOK, Table.ONLY, book);
  }

  public Optional<PreKey> preKey(int id) {
    return view.readable(Table.PREKEY, preKeyKey(id));
  }

  public void preKey(PreKey key) {
    view.put(Table.PREKEY, preKeyKey(key.id()), key);
  }

  public void forgetPreKey(int id) {
    view.delete(Table.PREKEY, preKeyKey(id));
  }

  /// In the order of the ids. A stranger may name any id of 32 bits; ours have eight digits at
  /// most.
  private static String preKeyKey(int id) {
    var digits = Integer.toUnsignedString(id);
    return "0".repeat(Math.max(0, 8 - digits.length())) + digits;
  }

  // ---- ratchets and identities, by device JID in the LID domain where the LID is known

  public Ratchet ratchet(Jid device) {
    return view.readable(Table.RATCHET, device.toString()).orElse(Ratchet.NONE);
  }

  /// One look-up for many devices; those without a ratchet get [Ratchet#NONE].
  public Map<Jid, Ratchet> ratchets(Collection<Jid> devices) {
    var found = view.readable(Table.RATCHET, devices.stream().map(Jid::toString).toList());
    var result = new LinkedHashMap<Jid, Ratchet>();
    for (var device : devices) {
      result.put(device, found.getOrDefault(device.toString(), Ratchet.NONE));
    }
    return result;
  }

  public void ratchet(Jid device, Ratchet ratchet) {
    view.put(Table.RATCHET, device.toString(), ratchet);
  }

  public void forgetRatchet(Jid device) {
    view.delete(Table.RATCHET, device.toString());
  }

  /// The devices of an account, in this very domain, that a ratchet exists with.
  public List<Jid> devicesWithRatchet(Jid user) {
    return Stream.of(user.user() + "@" + user.server(), user.user() + ":")
        .flatMap(prefix -> view.keysOf(Table.RATCHET, prefix).stream())
        .map(Jid::parse)
        .filter(user::sameUser)
        .toList();
  }

  public Optional<byte[]> identity(Jid device) {
    return view.readable(Table.IDENTITY, device.toString());
  }

  public void identity(Jid device, byte[] key) {
    view.put(Table.IDENTITY, device.toString(), key);
  }

  public void forgetIdentity(Jid device) {
    view.delete(Table.IDENTITY, device.toString());
  }

  // ---- sender keys

  public SenderKey senderKey(Jid group, Jid device) {
    return view.readable(Table.SENDER_KEY, group + "/" + device).orElse(SenderKey.NONE);
  }

  public void senderKey(Jid group, Jid device, SenderKey key) {
    view.put(Table.SENDER_KEY, group + "/" + device, key);
  }

  public void forgetSenderKey(Jid group, Jid device) {
    view.delete(Table.SENDER_KEY, group + "/" + device);
  }

  /// The groups for which this device has given us a sender key. Reads all such keys: for rare
  /// moments only.
  public List<Jid> groupsKeyedBy(Jid device) {
    return view.keysOf(Table.SENDER_KEY, "").stream()
        .filter(key -> key.endsWith("/" + device))
        .flatMap(key -> Jid.tryParse(key.substring(0, key.lastIndexOf('/'))).stream())
        .toList();
  }

  /// The groups whose sender key of ours a device of this account holds. Reads all such notes: for
  /// rare moments only.
  public List<Jid> groupsSharedWith(Jid user) {
    return view.keysOf(Table.SENDER_KEY_SHARE, "").stream()
        .filter(key -> Jid.parse(key.substring(key.indexOf('/') + 1)).sameUser(user))
        .map(key -> Jid.parse(key.substring(0, key.indexOf('/'))))
        .distinct()
        .toList();
  }

  /// Those of `devices` that haven't been given the sender key `keyId` of `group`, in their order.
  public List<Jid> withoutSenderKey(Jid group, long keyId, Collection<Jid> devices) {
    var given =
        view.getAll(
            Table.SENDER_KEY_SHARE, devices.stream().map(device -> group + "/" + device).toList());
    return devices.stream()
        .filter(device -> !Long.valueOf(keyId).equals(given.get(group + "/" + device)))
        .toList();
  }

  public void senderKeyGiven(Jid group, long keyId, Collection<Jid> devices) {
    devices.forEach(device -> view.put(Table.SENDER_KEY_SHARE, group + "/" + device, keyId));
  }

  /// The devices that hold any of our sender keys of `group`.
  public List<Jid> holdersOfSenderKey(Jid group) {
    return view.keysOf(Table.SENDER_KEY_SHARE, group + "/").stream()
        .map(key -> Jid.parse(key.substring(key.indexOf('/') + 1)))
        .toList();
  }

  public void forgetSenderKeyShares(Jid group) {
    view.keysOf(Table.SENDER_KEY_SHARE, group + "/")
        .forEach(key -> view.delete(Table.SENDER_KEY_SHARE, key));
  }

  // ---- people and groups

  public Optional<DeviceList> deviceList(Jid user) {
    return view.get(Table.DEVICES, user.bare().toString());
  }

  public void deviceList(Jid user, DeviceList list) {
    view.put(Table.DEVICES, user.bare().toString(), list);
  }

  public void forgetDeviceList(Jid user) {
    view.delete(Table.DEVICES, user.bare().toString());
  }

  /// The LID of a phone-number JID, with the same device number.
  public Optional<Jid> lidOf(Jid phone) {
    return view.get(Table.LID, phone.user())
        .map(user -> new Jid(user, Jid.LID_SERVER, phone.device(), 0));
  }

  /// The phone-number JID of a LID, with the same device number.
  public Optional<Jid> phoneOf(Jid lid) {
    return view.get(Table.PHONE, lid.user())
        .map(user -> new Jid(user, Jid.PHONE_SERVER, lid.device(), 0));
  }

  /// Returns whether this is news. What either of them was paired with before is forgotten: a
  /// number that has changed hands must not lead to its former owner.
  public boolean mapping(Jid phone, Jid lid) {
    var formerLid = view.get(Table.LID, phone.user());
    if (formerLid.equals(Optional.of(lid.user()))) {
      return false;
    }
    formerLid.ifPresent(user -> view.delete(Table.PHONE, user));
    view.get(Table.PHONE, lid.user()).ifPresent(user -> view.delete(Table.LID, user));
    view.put(Table.LID, phone.user(), lid.user());
    view.put(Table.PHONE, lid.user(), phone.user());
    return true;
  }

  /// Another way to dial the same account: leads to the LID, and the LID never back to it.
  public void alias(Jid phone, Jid lid) {
    view.put(Table.LID, phone.user(), lid.user());
  }

  public Optional<GroupInfo> group(Jid group) {
    return view.get(Table.GROUP, group.toString());
  }

  public void group(GroupInfo info) {
    view.put(Table.GROUP, info.jid().toString(), info);
  }

  public void forgetGroup(Jid group) {
    view.delete(Table.GROUP, group.toString());
  }

  public TrustedToken trustedToken(Jid lid) {
    return view.get(Table.TRUSTED_TOKEN, lid.bare().toString()).orElse(TrustedToken.NONE);
  }

  public void trustedToken(Jid lid, TrustedToken token) {
    view.put(Table.TRUSTED_TOKEN, lid.bare().toString(), token);
  }

  public void appStateKey(String keyIdHex, byte[] keyData) {
    view.put(Table.APP_STATE_KEY, keyIdHex, keyData);
  }

  public Optional<byte[]> appStateKey(String keyIdHex) {
    return view.get(Table.APP_STATE_KEY, keyIdHex);
  }

  // ---- inbound

  /// Whether this message was taken before (R31). `chat` and `sender` bare, in the LID domain when
  /// the LID is known.
  public boolean seen(Jid chat, Jid sender, String messageId) {
    return view.get(Table.SEEN, seenKey(chat, sender, messageId)).isPresent();
  }

  public void taken(Jid chat, Jid sender, String messageId, Instant now) {
    view.put(Table.SEEN, seenKey(chat, sender, messageId), "", now.plus(SEEN_FOR));
  }

  private static String seenKey(Jid chat, Jid sender, String messageId) {
    return chat + "|" + sender + "|" + messageId;
  }

  /// A durable counter of retries under a key of the feature's choice.
  public long retries(String key) {
    return view.get(Table.RETRIES, key).orElse(0L);
  }

  public void retries(String key, long count, Instant now) {
    view.put(Table.RETRIES, key, count, now.plus(RETRIES_FOR));
  }

  /// What is asked for at the own phone, the oldest first.
  public List<Missed> missed() {
    return view.readable(Table.MISSED, Table.ONLY).orElse(List.of());
  }

  /// What was, over the link that a relink has put aside.
  public List<Missed> missedAside() {
    return view.readable(Table.MISSED_ASIDE, Table.ONLY).orElse(List.of());
  }

  public void missed(List<Missed> missed) {
    view.put(Table.MISSED, Table.ONLY, List.copyOf(missed));
  }

  /// Whether this batch has changed what is asked for.
  public boolean hasDraftedMissed() {
    return view.isWritten(Table.MISSED, Table.ONLY);
  }

  // ---- outbound

  public Optional<Outbound> outbound(String id) {
    return sends.find(id);
  }

  public Optional<Outbound> outboundByMessageId(String messageId) {
    return sends.byMessageId(messageId);
  }

  public Optional<Outbound> outboundByIdempotencyKey(String key) {
    return sends.byIdempotencyKey(key);
  }

  /// Rows in `state` in the order of their turns, at most `limit`.
  public List<Outbound> outboundIn(Outbound.State state, int limit) {
    return sends.in(state, limit);
  }

  /// The newest `limit` instants at which a row entered `sending`, newest first (R35). Rows that
  /// did so at the same instant count each.
  public List<Instant> sendingTimes(int limit) {
    return sends.sendingTimes(limit);
  }

  /// The id that the newest row was given: the next one must be greater. Empty before the first.
  public String lastOutboundId() {
    return view.get(Table.LAST_OUTBOUND, Table.ONLY).orElse("");
  }

  public void lastOutboundId(String id) {
    view.put(Table.LAST_OUTBOUND, Table.ONLY, id);
  }

  /// Whether this batch has put rows in this state.
  public boolean hasDrafted(Outbound.State state) {
    return sends.has(state);
  }

  public void outbound(Outbound row) {
    sends.put(row);
  }

  /// The accounts whose ratchets or trust this batch has changed.
  public Set<Jid> touched() {
    return Stream.concat(view.written(Table.RATCHET), view.written(Table.TRUSTED_TOKEN))
        .flatMap(key -> Jid.tryParse(key).stream())
        .map(Jid::bare)
        .collect(Collectors.toSet());
  }

  /// Until when WhatsApp lets this account begin no new chats.
  public Optional<Instant> newChatsLocked() {
    return view.get(Table.NEW_CHATS_LOCK, Table.ONLY).map(Instant::ofEpochMilli);
  }

  public void newChatsLocked(Optional<Instant> until) {
    if (!until.equals(newChatsLocked())) {
      until.ifPresentOrElse(
          it -> view.put(Table.NEW_CHATS_LOCK, Table.ONLY, it.toEpochMilli()),
          () -> view.delete(Table.NEW_CHATS_LOCK, Table.ONLY));
    }
  }

  /// The names of the tables in which damage was met since this was last asked.
  public List<String> damaged() {
    return view.damaged();
  }

  // ---- events

  public void event(Event event) {
    events.add(event);
  }

  // ---- the commit

  /// What this draft changed, encoded once.
  public Batch batch(String tenant, long epoch) {
    return new Batch(tenant, epoch, view.writes(), sends.all(), List.copyOf(events));
  }

  /// Call after the commit, and only then: what was written is what the session knows from now on.
  public void committed() {
    view.committed();
    sends.committed();
  }
}
