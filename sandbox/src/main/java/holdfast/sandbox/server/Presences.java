package holdfast.sandbox.server;

import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;

/// Who is there and who is typing: told to those who watch, kept nowhere.
final class Presences {
  private final World world;

  Presences(World world) {
    this.world = world;
  }

  void presence(Device from, Element presence) {
    switch (presence.attribute("type").orElse("available")) {
      case "subscribe" ->
          presence.jid("to").flatMap(world::account).ifPresent(account -> watch(from, account));
      case "unavailable" -> set(from, false);
      default -> {
        presence.attribute("name").ifPresent(name -> named(from, name));
        set(from, true);
      }
    }
  }

  private static void named(Device from, String name) {
    if (!name.isEmpty() && !name.equals("~")) {
      from.account().setPushName(name);
    }
  }

  private void watch(Device watcher, Account account) {
    account.watchers().add(watcher);
    watcher.deliver(form(account));
  }

  void gone(Device device) {
    device.account().watchers().forEach(watcher -> watcher.deliver(form(device.account())));
  }

  private void set(Device device, boolean available) {
    boolean changes = device.isAvailable() != available;
    device.setAvailable(available);
    if (changes) {
      gone(device);
    }
  }

  private Element form(Account account) {
    var form = Element.of("presence").with("from", account.lidJid());
    boolean there = account.devices().stream().anyMatch(Device::isAvailable);
    return there ? form : form.with("type", "unavailable").with("last", world.now());
  }

  void chatState(Device from, Element state) {
    var to = state.requireJid("to");
    var group = world.group(to);
    if (group.isPresent()) {
      var form = copy(state).with("from", to).with("participant", from.lidJid());
      world.members(group.get()).stream()
          .filter(account -> account != from.account())
          .forEach(account -> tell(account, form));
      return;
    }
    world
        .account(to)
        .ifPresent(account -> tell(account, copy(state).with("from", from.account().lidJid())));
  }

  private static Element copy(Element state) {
    return Element.of("chatstate").containing(state.children());
  }

  private static void tell(Account account, Element form) {
    account.devices().stream().filter(Device::isAvailable).forEach(device -> device.deliver(form));
  }
}
