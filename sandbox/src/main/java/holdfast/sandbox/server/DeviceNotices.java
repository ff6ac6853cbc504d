package holdfast.sandbox.server;

import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.DeviceHash;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import java.util.LinkedHashSet;
import java.util.List;

/// Tells who has to know that an account's list of devices has changed (protocol page 08 § 6).
final class DeviceNotices {
  private final World world;

  DeviceNotices(World world) {
    this.world = world;
  }

  /// `change`: `add` or `remove`.
  void changed(Device device, String change) {
    var account = device.account();
    var own = own(account);
    account.others(device).forEach(other -> other.deliver(own));
    world.notify(people(account), toPeople(device, change));
  }

  private Element own(Account account) {
    var devices =
        account.devices().stream()
            .map(
                it -> {
                  var element = Element.of("device").with("jid", it.phoneJid());
                  return it.isPrimary() ? element : element.with("key-index", it.bond().keyIndex());
                })
            .toList();
    return world
        .notification(account.phoneJid(), "account_sync")
        .containing(Element.of("devices").with("dhash", phoneHash(account)).containing(devices));
  }

  private Element toPeople(Device device, String change) {
    var account = device.account();
    var element = Element.of("device").with("jid", device.phoneJid()).with("lid", device.lidJid());
    return world
        .notification(account.phoneJid(), "devices")
        .with("lid", account.lidJid())
        .containing(
            Element.of(change)
                .with("device_hash", phoneHash(account))
                .with("device_lid_hash", lidHash(account))
                .containing(
                    element.with("key-index", device.bond().keyIndex()),
                    Element.of("key-index-list").with("ts", world.now())));
  }

  private List<Account> people(Account account) {
    var people = new LinkedHashSet<Account>();
    account.contacts().forEach(phone -> world.byPhone(phone).ifPresent(people::add));
    world.groups().stream()
        .filter(group -> group.has(account))
        .forEach(group -> people.addAll(world.members(group)));
    people.remove(account);
    return List.copyOf(people);
  }

  private static String phoneHash(Account account) {
    return DeviceHash.of(account.devices().stream().map(Device::phoneJid).toList());
  }

  private static String lidHash(Account account) {
    return DeviceHash.of(account.devices().stream().map(Device::lidJid).toList());
  }
}
