package holdfast.relay;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the relay answers to the questions of a companion: who has which devices, prekeys, groups.
final class Iqs {
  /// What a device has uploaded.
  private static final class Pool {
    final ArrayDeque<Element> oneTime = new ArrayDeque<>();
    Element last = Element.of("none");
  }

  private final World world;
  private final Map<Companion, Pool> pools = new LinkedHashMap<>();
  private int warnings;

  Iqs(World world) {
    this.world = world;
  }

  /// What stands in the result; nothing for an empty one.
  Optional<Element> answer(Companion from, Element iq) {
    return switch (iq.require("xmlns")) {
      case "usync" -> usync(iq);
      case "encrypt" -> encrypt(from, iq);
      case "w:g2" -> groupInfo(iq);
      default -> Optional.empty();
    };
  }

  private Optional<Element> usync(Element iq) {
    var users = new ArrayList<Element>();
    for (var user : iq.requireChild("usync").requireChild("list").children()) {
      var dialled = user.child("contact").map(Element::text);
      var jid = dialled.map(text -> Jid.phone(text.substring(1))).or(() -> user.jid("jid"));
      var found = world.lookUp(jid.orElseThrow());
      var answer = Element.of("user").with("jid", jid.orElseThrow());
      var children = new ArrayList<Element>();
      dialled.ifPresent(
          text ->
              children.add(
                  Element.of("contact")
                      .with("type", found.isPresent() ? "in" : "out")
                      .containing(text)));
      found.ifPresent(
          it -> {
            children.add(Element.of("devices").containing(deviceList(it)));
            if (jid.orElseThrow().isPhone()) {
              children.add(Element.of("lid").with("val", it.lid));
            }
          });
      users.add(answer.containing(children));
    }
    return Optional.of(Element.of("usync").containing(Element.of("list").containing(users)));
  }

  private static Element deviceList(World.Person person) {
    return Element.of("device-list")
        .containing(
            person.devices.keySet().stream()
                .map(number -> Element.of("device").with("id", number).with("key-index", 1))
                .toList());
  }

  private Optional<Element> encrypt(Companion from, Element iq) {
    var pool = pools.computeIfAbsent(from, _ -> new Pool());
    if (iq.child("count").isPresent()) {
      return Optional.of(Element.of("count").with("value", pool.oneTime.size()));
    }
    if (iq.child("list").isPresent()) {
      pool.last = iq;
      pool.oneTime.addAll(iq.requireChild("list").children());
      return Optional.empty();
    }
    if (iq.child("rotate").isPresent()) {
      return Optional.empty();
    }
    var users = new ArrayList<Element>();
    for (var user : iq.requireChild("key").children()) {
      users.add(bundle(user.requireJid("jid")));
    }
    return Optional.of(Element.of("list").containing(users));
  }

  private Element bundle(Jid jid) {
    var device = world.device(jid);
    var user = Element.of("user").with("jid", jid);
    if (device.isEmpty() || !pools.containsKey(device.get())) {
      return user.containing(Element.of("error").with("code", 404));
    }
    var pool = pools.getOrDefault(device.get(), new Pool());
    var parts = new ArrayList<Element>();
    for (var tag : List.of("registration", "type", "identity", "skey")) {
      parts.add(pool.last.requireChild(tag));
    }
    if (!pool.oneTime.isEmpty()) {
      parts.add(pool.oneTime.remove());
    }
    if (pool.oneTime.size() == 4) {
      world.deliver(
          device.get(),
          Element.of("notification")
              .with("from", Jid.SERVER)
              .with("id", "w" + warnings++)
              .with("type", "encrypt")
              .containing(Element.of("count").with("value", 4)));
    }
    return user.containing(parts);
  }

  private Optional<Element> groupInfo(Element iq) {
    var group = iq.requireJid("to");
    if (!world.groups.containsKey(group)) {
      return Optional.empty();
    }
    boolean byPhone = world.phoneAddressed.contains(group);
    var members =
        world.members(group).stream()
            .map(lid -> byPhone ? byPhone(world.find(lid)) : byLid(world.find(lid)))
            .toList();
    return Optional.of(
        Element.of("group")
            .with("id", group.user())
            .with("subject", "A group")
            .with("addressing_mode", byPhone ? "pn" : "lid")
            .containing(members));
  }

  private static Element byLid(World.Person person) {
    return Element.of("participant").with("jid", person.lid).with("phone_number", person.phone);
  }

  private static Element byPhone(World.Person person) {
    return Element.of("participant").with("jid", person.phone).with("lid", person.lid);
  }
}
