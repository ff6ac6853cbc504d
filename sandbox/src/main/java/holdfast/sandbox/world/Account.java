package holdfast.sandbox.world;

import holdfast.stanza.Jid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// A WhatsApp account: a phone number with its hidden number (LID), and its devices.
public final class Account {
  /// Companions have the numbers 1 to 98; 99 is for hosted ones (protocol page 02 § 3).
  private static final int LAST_COMPANION = 98;

  /// What the account's people set.
  record Profile(
      String pushName,
      String about,
      long aboutAt,
      long defaultTimer,
      Map<String, String> privacy,
      List<String> blocked) {}

  record Picture(String id, byte[] jpeg) {}

  private record Stored(
      String phone,
      String lid,
      long rawId,
      int lastKeyIndex,
      Profile profile,
      Set<String> contacts) {}

  private final Records records;
  private final String phone;
  private final String lid;
  private final long rawId;
  private int lastKeyIndex;
  private Profile profile;
  private Optional<Picture> picture = Optional.empty();
  private Optional<Primary> primary = Optional.empty();
  private final Set<String> contacts = new LinkedHashSet<>();
  private final TreeMap<Integer, Device> devices = new TreeMap<>();
  private final Set<Device> watchers = new LinkedHashSet<>();

  Account(Records records, String phone, String lid, long rawId, Profile profile) {
    this.records = records;
    this.phone = phone;
    this.lid = lid;
    this.rawId = rawId;
    this.profile = profile;
  }

  static Profile profileOf(String pushName) {
    var privacy = new LinkedHashMap<String, String>();
    for (var name :
        List.of("last", "profile", "status", "readreceipts", "groupadd", "calladd", "messages")) {
      privacy.put(name, "all");
    }
    privacy.put("online", "all");
    return new Profile(pushName, "Hey there! I am using WhatsApp.", 0, 0, privacy, List.of());
  }

  static Account restore(Records records, byte[] bytes) {
    var stored = Json.read(bytes, Stored.class);
    var account =
        new Account(records, stored.phone(), stored.lid(), stored.rawId(), stored.profile());
    account.lastKeyIndex = stored.lastKeyIndex();
    account.contacts.addAll(stored.contacts());
    return account;
  }

  void restore(Device device) {
    devices.put(device.number(), device);
  }

  void restorePicture(byte[] bytes) {
    picture = Optional.of(Json.read(bytes, Picture.class));
  }

  void save() {
    records.put(
        "account",
        phone,
        () -> Json.bytes(new Stored(phone, lid, rawId, lastKeyIndex, profile, contacts)));
  }

  public String phone() {
    return phone;
  }

  public String lid() {
    return lid;
  }

  public Jid phoneJid() {
    return Jid.phone(phone);
  }

  public Jid lidJid() {
    return Jid.lid(lid);
  }

  /// The constant that every device identity of this account names (protocol page 03 § 2.4).
  public long rawId() {
    return rawId;
  }

  public Optional<Primary> primary() {
    return primary;
  }

  public void setPrimary(Primary phoneItself) {
    primary = Optional.of(phoneItself);
    device(0).ifPresent(zero -> zero.attach(phoneItself));
  }

  // ---- devices

  public Collection<Device> devices() {
    return devices.values();
  }

  public Optional<Device> device(int number) {
    return Optional.ofNullable(devices.get(number));
  }

  /// The number for a new companion: one that wasn't used lately, so that nobody takes it for a
  /// device that is gone. @throws Refused when all are taken
  public int freeNumber() {
    for (int step = 0; step < LAST_COMPANION; step++) {
      int number = (lastKeyIndex + step) % LAST_COMPANION + 1;
      if (!devices.containsKey(number)) {
        return number;
      }
    }
    throw new Refused(409, "too_many_devices", "", "The account has no room for a companion.");
  }

  public int nextKeyIndex() {
    lastKeyIndex++;
    save();
    return lastKeyIndex;
  }

  public Device addDevice(int number, Device.Bond bond, Device.Keys keys) {
    var device = new Device(records, this, number, bond, keys);
    devices.put(number, device);
    device.save();
    return device;
  }

  public void removeDevice(Device device) {
    devices.remove(device.number());
    device.erase();
  }

  public List<Device> others(Device device) {
    return devices.values().stream().filter(other -> other != device).toList();
  }

  // ---- people

  /// Those who have to know when the list of devices changes.
  public Set<String> contacts() {
    return contacts;
  }

  public boolean knows(Account other) {
    return contacts.contains(other.phone);
  }

  public void addContact(Account other) {
    if (other != this && contacts.add(other.phone)) {
      save();
    }
  }

  public Set<Device> watchers() {
    return watchers;
  }

  // ---- profile

  public String pushName() {
    return profile.pushName();
  }

  public void setPushName(String name) {
    if (!name.equals(profile.pushName())) {
      update(name, profile.about(), profile.aboutAt(), profile.defaultTimer());
    }
  }

  public String about() {
    return profile.about();
  }

  public long aboutAt() {
    return profile.aboutAt();
  }

  public void setAbout(String about, long at) {
    update(profile.pushName(), about, at, profile.defaultTimer());
  }

  public long defaultTimer() {
    return profile.defaultTimer();
  }

  public void setDefaultTimer(long seconds) {
    update(profile.pushName(), profile.about(), profile.aboutAt(), seconds);
  }

  private void update(String name, String about, long aboutAt, long timer) {
    profile = new Profile(name, about, aboutAt, timer, profile.privacy(), profile.blocked());
    save();
  }

  public Map<String, String> privacy() {
    return profile.privacy();
  }

  public void setPrivacy(String category, String value) {
    profile.privacy().put(category, value);
    save();
  }

  /// The LIDs that this account has blocked.
  public List<String> blocked() {
    return profile.blocked();
  }

  public void setBlocked(String lidUser, boolean block) {
    var now = new ArrayList<>(profile.blocked());
    now.remove(lidUser);
    if (block) {
      now.add(lidUser);
    }
    profile =
        new Profile(
            profile.pushName(),
            profile.about(),
            profile.aboutAt(),
            profile.defaultTimer(),
            profile.privacy(),
            now);
    save();
  }

  public Optional<String> pictureId() {
    return picture.map(Picture::id);
  }

  public Optional<byte[]> pictureJpeg() {
    return picture.map(Picture::jpeg);
  }

  public void setPicture(String id, byte[] jpeg) {
    picture = Optional.of(new Picture(id, jpeg));
    records.put("picture", phone, () -> Json.bytes(new Picture(id, jpeg)));
  }

  public void removePicture() {
    picture = Optional.empty();
    records.remove("picture", phone);
  }
}
