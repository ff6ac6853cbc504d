package holdfast.sandbox.phone;

import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Records;
import holdfast.sandbox.world.World;
import holdfast.signal.Bundle;
import holdfast.signal.Ciphertext;
import holdfast.signal.Padding;
import holdfast.signal.Ratchet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A phone's ratchets, one for each device it has talked to.
final class Ratchets {
  private final World world;
  private final Records records;
  private final PhoneKeys keys;
  private final RandomGenerator random;
  private final String prefix;
  private final Map<String, Ratchet> ratchets = new HashMap<>();

  Ratchets(World world, String number, PhoneKeys keys) {
    this.world = world;
    this.records = world.records();
    this.random = world.random();
    this.prefix = number + "/";
    this.keys = keys;
  }

  void restore(String address, byte[] bytes) {
    ratchets.put(address, Ratchet.decode(bytes));
  }

  private Ratchet of(Device device) {
    return ratchets.getOrDefault(address(device), Ratchet.NONE);
  }

  private static String address(Device device) {
    return device.lidJid().signalAddress();
  }

  private void keep(Device device, Ratchet ratchet) {
    var address = address(device);
    ratchets.put(address, ratchet);
    records.put(
        "ratchet", prefix + address, () -> ratchets.getOrDefault(address, ratchet).encode());
  }

  /// Encrypts for a device, with a new ratchet where there is none or where the device has another
  /// identity by now.
  Ciphertext encrypt(Device device, byte[] plaintext) {
    var ratchet = of(device);
    boolean known =
        ratchet.isOpen()
            && ratchet
                .remoteIdentity()
                .filter(it -> Arrays.equals(it, device.keys().identity()))
                .isPresent();
    if (!known) {
      ratchet = ratchet.initiate(keys.self(), world.takeBundle(device), random);
    }
    var encrypted = ratchet.encrypt(keys.self(), padded(device, plaintext));
    keep(device, encrypted.next());
    return encrypted.ciphertext();
  }

  private byte[] padded(Device device, byte[] plaintext) {
    return world
        .faults()
        .take("corrupt_padding", device.key())
        .map(fault -> Spoilt.padded(plaintext, fault, random))
        .orElseGet(() -> Padding.pad(plaintext, random));
  }

  /// Begins anew, as a retry receipt asks for.
  void renew(Device device, Bundle bundle) {
    keep(device, of(device).initiate(keys.self(), bundle, random));
  }

  boolean isOpen(Device device) {
    return of(device).isOpen();
  }

  /// Keeps the ratchet that follows, and marks the prekey that was used.
  Ratchet.Outcome decrypt(Device device, Ciphertext.Type type, byte[] bytes) {
    var outcome = of(device).decrypt(keys.self(), type, bytes, keys, random);
    if (outcome instanceof Ratchet.Outcome.Plaintext plain) {
      keep(device, plain.next());
      plain.consumed().ifPresent(keys::use);
    }
    return outcome;
  }
}
