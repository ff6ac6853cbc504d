package holdfast.sandbox.world;

import holdfast.signal.Bundle;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One device of an account: 0 is the phone, the others are companions.
public final class Device {
  /// What a device has published of its keys; all 32 bytes but the signature's 64.
  public record Keys(
      long registrationId,
      byte[] identity,
      int signedPreKeyId,
      byte[] signedPreKey,
      byte[] signature) {
    public Keys withSigned(int id, byte[] key, byte[] by) {
      return new Keys(registrationId, identity, id, key, by);
    }
  }

  /// What stays the same from the pairing on. `signedIdentity` is a serialized
  /// ADVSignedDeviceIdentity with both signatures; empty, like `noiseKey`, for a phone.
  public record Bond(int keyIndex, byte[] noiseKey, byte[] signedIdentity) {
    public static final Bond PHONE = new Bond(0, new byte[0], new byte[0]);
  }

  private record Stored(String phone, int number, Bond bond, Keys keys, boolean greeted) {}

  /// What a device must acknowledge; everything else is lost when it isn't there.
  private static final Set<String> KEPT = Set.of("message", "receipt", "notification", "call");

  private final Records records;
  private final Account account;
  private final int number;
  private final Bond bond;
  private Keys keys;
  private boolean greeted;
  private final OfflineQueue queue;
  private PreKeyPool preKeys = new PreKeyPool(new byte[0], 0);
  private Optional<Endpoint> endpoint = Optional.empty();
  private boolean available;

  Device(Records records, Account account, int number, Bond bond, Keys keys) {
    this.records = records;
    this.account = account;
    this.number = number;
    this.bond = bond;
    this.keys = keys;
    this.queue = new OfflineQueue(records, key());
  }

  static void restore(Records records, World world, byte[] bytes) {
    var stored = Json.read(bytes, Stored.class);
    var account = world.byPhone(stored.phone()).orElseThrow();
    var device = new Device(records, account, stored.number(), stored.bond(), stored.keys());
    device.greeted = stored.greeted();
    account.restore(device);
  }

  void save() {
    records.put(
        "device",
        key(),
        () -> Json.bytes(new Stored(account.phone(), number, bond, keys, greeted)));
  }

  void restorePreKeys(PreKeyPool pool) {
    preKeys = pool;
  }

  /// Removes all that is stored of the device.
  void erase() {
    queue.clear();
    records.remove("device", key());
    records.remove("prekeys", key());
    records.remove("prekeyhead", key());
  }

  public Account account() {
    return account;
  }

  public int number() {
    return number;
  }

  public boolean isPrimary() {
    return number == 0;
  }

  public Bond bond() {
    return bond;
  }

  public Keys keys() {
    return keys;
  }

  /// `phone:device`, as records and the control interface name it.
  public String key() {
    return account.phone() + ":" + number;
  }

  public Jid phoneJid() {
    return Jid.phone(account.phone()).withDevice(number);
  }

  public Jid lidJid() {
    return Jid.lid(account.lid()).withDevice(number);
  }

  public OfflineQueue queue() {
    return queue;
  }

  public Optional<Endpoint> endpoint() {
    return endpoint;
  }

  /// Whether this endpoint is the one it is reached over, and something sent there is unanswered.
  public boolean isOwedAnswers(Endpoint by) {
    return endpoint.isPresent() && endpoint.get() == by && !queue.entries().isEmpty();
  }

  public void attach(Endpoint to) {
    endpoint = Optional.of(to);
  }

  /// Harmless when another endpoint has taken its place.
  public void detach(Endpoint from) {
    if (endpoint.isPresent() && endpoint.get() == from) {
      endpoint = Optional.empty();
      available = false;
    }
  }

  public boolean isAvailable() {
    return available;
  }

  public void setAvailable(boolean now) {
    available = now;
  }

  /// Whether the phone has already sent this companion its keys and history.
  public boolean isGreeted() {
    return greeted;
  }

  public void setGreeted() {
    greeted = true;
    save();
  }

  public void setKeys(Keys now) {
    keys = now;
    save();
  }

  public PreKeyPool preKeys() {
    return preKeys;
  }

  public void addPreKeys(List<Bundle.OneTime> more) {
    preKeys.add(more);
    records.put("prekeys", key(), () -> preKeys.entries());
    saveHead();
  }

  /// Takes one prekey out of the pool.
  Bundle bundle() {
    var oneTime = preKeys.take();
    if (oneTime.isPresent()) {
      saveHead();
    }
    return new Bundle(
        keys.registrationId(),
        keys.identity(),
        keys.signedPreKeyId(),
        keys.signedPreKey(),
        keys.signature(),
        oneTime);
  }

  private void saveHead() {
    records.put("prekeyhead", key(), () -> Json.bytes(preKeys.head()));
  }

  /// Hands a stanza over, now or when the device is there again; what needn't be acknowledged is
  /// dropped when it can't be delivered now.
  public void deliver(Element stanza) {
    if (isPrimary()) {
      endpoint.ifPresent(phone -> phone.deliver(stanza));
      return;
    }
    if (KEPT.contains(stanza.tag())) {
      queue.add(stanza);
    }
    endpoint.filter(Endpoint::isFlowing).ifPresent(to -> to.deliver(stanza));
  }
}
