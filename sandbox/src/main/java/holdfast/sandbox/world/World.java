package holdfast.sandbox.world;

import holdfast.crypto.Digests;
import holdfast.signal.Bundle;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// All that the simulated network knows, and the way to find it.
public final class World {
  private static final int LOW_WATER = 5;

  private final Records records;
  private final Loop loop;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Roots roots;
  private final Map<String, Account> byPhone = new LinkedHashMap<>();
  private final Map<String, Account> byLid = new LinkedHashMap<>();
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final Map<String, Collection> collections = new LinkedHashMap<>();
  private final Routes routes;
  private final Map<String, GroupCiphertext> lastInGroup = new LinkedHashMap<>();
  private final Violations violations = new Violations();
  private final SocketBook sockets = new SocketBook();
  private final Faults faults;
  private final String idPrefix;
  private long lastId;
  private String mediaHost = "127.0.0.1";

  public World(Records records, Loop loop, InstantSource clock, RandomGenerator random) {
    this.records = records;
    this.loop = loop;
    this.clock = clock;
    this.random = random;
    this.roots = Roots.of(records, clock.instant(), random);
    this.routes = new Routes(records);
    this.faults = new Faults(clock, this::noiseKey);
    this.idPrefix = "s" + Long.toString(clock.millis(), 36) + "-";
    restore();
  }

  private void restore() {
    records.each("account", (_, bytes) -> add(Account.restore(records, bytes)));
    records.each("picture", (phone, bytes) -> byPhone(phone).orElseThrow().restorePicture(bytes));
    records.each("device", (_, bytes) -> Device.restore(records, this, bytes));
    var pools = new LinkedHashMap<String, byte[]>();
    records.each("prekeys", pools::put);
    records.each(
        "prekeyhead",
        (key, head) ->
            stored(key)
                .restorePreKeys(
                    new PreKeyPool(
                        pools.getOrDefault(key, new byte[0]), Json.read(head, Integer.class))));
    records.each(
        "queued",
        (key, bytes) -> {
          var at = key.indexOf('/');
          stored(key.substring(0, at))
              .queue()
              .restore(HexFormat.fromHexDigitsToLong(key.substring(at + 1)), bytes);
        });
    records.each("group", (id, bytes) -> groups.put(id, Group.restore(records, bytes)));
    routes.restore(this);
    records.each("collection", (key, bytes) -> collection(key).restore(bytes));
  }

  private Device stored(String key) {
    var at = key.indexOf(':');
    return byPhone(key.substring(0, at))
        .flatMap(account -> account.device(Integer.parseInt(key.substring(at + 1))))
        .orElseThrow(() -> new IllegalStateException("a record of a device that isn't there"));
  }

  private Account add(Account account) {
    byPhone.put(account.phone(), account);
    byLid.put(account.lid(), account);
    return account;
  }

  // ---- the surroundings

  public Records records() {
    return records;
  }

  public Loop loop() {
    return loop;
  }

  public RandomGenerator random() {
    return random;
  }

  /// Unix seconds.
  public long now() {
    return clock.instant().getEpochSecond();
  }

  public long nowMillis() {
    return clock.millis();
  }

  public Roots roots() {
    return roots;
  }

  public Routes routes() {
    return routes;
  }

  public Violations violations() {
    return violations;
  }

  public SocketBook sockets() {
    return sockets;
  }

  public Faults faults() {
    return faults;
  }

  /// `host:port` that media_conn names.
  public String mediaHost() {
    return mediaHost;
  }

  public void setMediaHost(String host) {
    mediaHost = host;
  }

  /// An id for a stanza of the server: never one that a client makes, never one of an earlier run.
  public String nextId() {
    return idPrefix + ++lastId;
  }

  // ---- accounts

  public List<Account> accounts() {
    return new ArrayList<>(byPhone.values());
  }

  public Optional<Account> byPhone(String phone) {
    return Optional.ofNullable(byPhone.get(phone));
  }

  public Optional<Account> byLid(String lidUser) {
    return Optional.ofNullable(byLid.get(lidUser));
  }

  public Account makeAccount(String phone, String pushName) {
    var account =
        new Account(
            records,
            phone,
            lidOf(phone),
            Integer.toUnsignedLong(random.nextInt()) >>> 1,
            Account.profileOf(pushName));
    account.save();
    return add(account);
  }

  /// 15 digits that follow from the phone number and aren't it.
  private String lidOf(String phone) {
    for (int attempt = 0; ; attempt++) {
      var hash = Digests.sha256((phone + "/" + attempt).getBytes(StandardCharsets.UTF_8));
      long number = HexFormat.fromHexDigitsToLong(HexFormat.of().formatHex(hash, 0, 7));
      var lid = "2" + "%014d".formatted(number % 100_000_000_000_000L);
      if (!byLid.containsKey(lid) && !lid.equals(phone)) {
        return lid;
      }
    }
  }

  /// The account behind a phone number's or a LID's JID.
  public Optional<Account> account(Jid jid) {
    if (jid.isLid()) {
      return byLid(jid.user());
    }
    return jid.isPhone() ? byPhone(jid.user()) : Optional.empty();
  }

  public Optional<Device> device(Jid jid) {
    return account(jid).flatMap(account -> account.device(jid.device()));
  }

  /// The static key of a companion in hex, by `phone:device`.
  private Optional<String> noiseKey(String key) {
    var jid = key.isEmpty() ? Optional.<Jid>empty() : Jid.tryParse(key + "@" + Jid.PHONE_SERVER);
    return jid.flatMap(this::device)
        .map(device -> HexFormat.of().formatHex(device.bond().noiseKey()));
  }

  /// A bundle for whoever wants to write to a device. When few prekeys are left the device is asked
  /// for more.
  public Bundle takeBundle(Device device) {
    var bundle = device.bundle();
    if (device.preKeys().size() < LOW_WATER) {
      if (device.isPrimary()) {
        device.account().primary().ifPresent(phone -> loop.next(phone::keysLow));
      } else {
        var count = Element.of("count").with("value", device.preKeys().size());
        device.deliver(notification(Jid.SERVER, "encrypt").containing(count));
      }
    }
    return bundle;
  }

  // ---- groups

  public Optional<Group> group(Jid jid) {
    return jid.isGroup() ? Optional.ofNullable(groups.get(jid.user())) : Optional.empty();
  }

  public List<Group> groups() {
    return List.copyOf(groups.values());
  }

  public Group makeGroup(String subject, Account creator) {
    var id = "120363" + "%012d".formatted(Math.floorMod(random.nextLong(), 1_000_000_000_000L));
    var group =
        new Group(records, id, new Group.Signed("", subject, creator.lid(), now()), newCode());
    groups.put(id, group);
    group.put(creator, Group.Role.SUPERADMIN);
    return group;
  }

  public String newCode() {
    var bytes = new byte[12];
    random.nextBytes(bytes);
    return java.util.Base64.getUrlEncoder().encodeToString(bytes);
  }

  public void eraseWhenEmpty(Group group) {
    if (group.members().isEmpty()) {
      groups.remove(group.id());
      group.erase();
    }
  }

  public List<Account> members(Group group) {
    return group.members().keySet().stream().flatMap(lid -> byLid(lid).stream()).toList();
  }

  // ---- app state

  public Collection collection(Account account, String name) {
    return collection(account.phone() + "/" + name);
  }

  private Collection collection(String key) {
    return collections.computeIfAbsent(key, k -> new Collection(records, k));
  }

  // ---- what the server observes

  public void observeEnc(Device from, String id, Element enc) {
    violations.encrypted(from, id, enc, now());
  }

  /// What is sent to a group at large.
  public void observeGroup(Device from, Jid group, Element enc) {
    lastInGroup.put(
        group.toString(), new GroupCiphertext(group.toString(), from.lidJid(), enc.bytes()));
  }

  /// The newest message of a group as the server saw it, since the process began.
  public Optional<GroupCiphertext> lastInGroup(String group) {
    return Optional.ofNullable(lastInGroup.get(group));
  }

  /// Remembers the way of a message, and whether its id has been used for other bytes.
  public Route observeMessage(Device from, String id, Jid to, Element stanza) {
    var hash = Violations.hash(stanza);
    var earlier = routes.of(from, id);
    earlier.ifPresent(route -> violations.repeated(from, route, hash, now()));
    return earlier.orElseGet(() -> routes.add(from, id, to, now(), hash));
  }

  public void observeDelivery(Device to, Element message) {
    violations.delivered(to, message);
  }

  public void observeReceipt(Device by, Element receipt, String id) {
    violations.answered(by, receipt, id, now());
  }

  // ---- notifications

  /// A notification to every device of these accounts.
  public void notify(java.util.Collection<Account> accounts, Element notification) {
    Set<Account> once = new LinkedHashSet<>(accounts);
    for (var account : once) {
      for (var device : account.devices()) {
        device.deliver(notification);
      }
    }
  }

  public Element notification(Jid from, String type) {
    return Element.of("notification")
        .with("from", from)
        .with("type", type)
        .with("id", nextId())
        .with("t", now());
  }
}
