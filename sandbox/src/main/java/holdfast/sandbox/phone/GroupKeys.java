package holdfast.sandbox.phone;

import holdfast.crypto.Forged;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Json;
import holdfast.sandbox.world.Records;
import holdfast.signal.Ciphertext;
import holdfast.signal.Padding;
import holdfast.signal.SenderKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// A phone's sender keys: its own in each group, with who has been given them, and the others'.
final class GroupKeys {
  private static final String OWN = "own";

  private final Records records;
  private final RandomGenerator random;
  private final String prefix;
  private final Map<String, SenderKey> senderKeys = new HashMap<>();
  private final Map<String, Set<String>> given = new HashMap<>();

  GroupKeys(Records records, String number, RandomGenerator random) {
    this.records = records;
    this.random = random;
    this.prefix = number + "/";
  }

  /// `key`: group/address.
  void restoreKey(String key, byte[] bytes) {
    senderKeys.put(key, SenderKey.decode(bytes));
  }

  void restoreGiven(String group, byte[] bytes) {
    given.put(group, new TreeSet<>(List.of(Json.read(bytes, String[].class))));
  }

  private void keep(String key, SenderKey senderKey) {
    senderKeys.put(key, senderKey);
    records.put("senderkey", prefix + key, () -> senderKeys.getOrDefault(key, senderKey).encode());
  }

  /// Those of the devices that must be given the key before the next message. A device that is gone
  /// means a new key for all.
  List<Device> lacking(String group, Collection<Device> devices) {
    var holders = given.computeIfAbsent(group, _ -> new TreeSet<>());
    var addresses = new LinkedHashSet<String>();
    devices.forEach(device -> addresses.add(holder(device)));
    var own = senderKeys.getOrDefault(group + "/" + OWN, SenderKey.NONE);
    if (!own.canSend() || !addresses.containsAll(holders)) {
      keep(group + "/" + OWN, own.rotate(random));
      holders.clear();
    }
    var lacking = devices.stream().filter(device -> !holders.contains(holder(device))).toList();
    holders.addAll(addresses);
    records.put("given", prefix + group, () -> Json.bytes(holders));
    return lacking;
  }

  /// A device with its identity: one that was linked anew is another.
  private static String holder(Device device) {
    var identity = java.util.HexFormat.of().formatHex(device.keys().identity(), 0, 4);
    return device.lidJid().signalAddress() + "/" + identity;
  }

  byte[] distribution(String group) {
    return own(group).distribution();
  }

  private SenderKey own(String group) {
    return senderKeys.getOrDefault(group + "/" + OWN, SenderKey.NONE);
  }

  boolean canSend(String group) {
    return own(group).canSend();
  }

  Ciphertext encrypt(String group, byte[] plaintext) {
    var encrypted = own(group).encrypt(Padding.pad(plaintext, random), random);
    keep(group + "/" + OWN, encrypted.next());
    return encrypted.ciphertext();
  }

  /// Bytes that are no distribution are passed over: the message that needs them will fail.
  void accept(String group, Device from, byte[] distribution) {
    var key = group + "/" + from.lidJid().signalAddress();
    try {
      keep(key, senderKeys.getOrDefault(key, SenderKey.NONE).accept(distribution));
    } catch (Forged e) {
      // nothing to keep
    }
  }

  /// Whether the bytes can be read with the keys at hand, or have been; changes nothing.
  boolean reads(String group, String address, byte[] bytes) {
    var key = senderKeys.getOrDefault(group + "/" + address, SenderKey.NONE);
    return !(key.decrypt(bytes) instanceof SenderKey.Outcome.Failed);
  }

  SenderKey.Outcome decrypt(String group, Device from, byte[] bytes) {
    var key = group + "/" + from.lidJid().signalAddress();
    var outcome = senderKeys.getOrDefault(key, SenderKey.NONE).decrypt(bytes);
    if (outcome instanceof SenderKey.Outcome.Plaintext plain) {
      keep(key, plain.next());
    }
    return outcome;
  }
}
