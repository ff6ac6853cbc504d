package holdfast.relay;

import com.google.protobuf.ByteString;
import holdfast.crypto.KeyPair;
import holdfast.crypto.XEdDsa;
import holdfast.proto.ADVDeviceIdentity;
import holdfast.proto.ADVSignedDeviceIdentity;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.StanzaCodec;
import holdfast.step.Answer;
import holdfast.step.Effect;
import holdfast.step.Query;
import holdfast.store.Account;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// A WhatsApp in a hundred lines: accounts, groups, bundles, and a relay that does one thing after
/// the other. What it must be is page 08 of the protocol notes; nothing of it comes from the
/// library under test but elements and keys.
final class World {
  /// A member of the network. `devices` by their numbers, 0 is the phone.
  static final class Person {
    final Jid phone;
    final Jid lid;
    final KeyPair key;
    final TreeMap<Integer, Companion> devices = new TreeMap<>();

    Person(Jid phone, Jid lid, KeyPair key) {
      this.phone = phone;
      this.lid = lid;
      this.key = key;
    }

    Companion device(int number) {
      var device = devices.get(number);
      if (device == null) {
        throw new AssertionError("no device " + number);
      }
      return device;
    }
  }

  /// A stanza on its way to a device.
  record Delivery(Companion to, Element stanza) {}

  Instant now = Instant.parse("2026-01-01T12:00:00Z");

  /// What the relay changes on the way; drops it when it answers nothing.
  UnaryOperator<Optional<Delivery>> tamper = UnaryOperator.identity();

  /// Which stanzas to the server vanish.
  Predicate<Element> swallow = _ -> false;

  /// Which acks of messages aren't given.
  Predicate<Element> unacked = _ -> false;

  /// What is refused, by its id, with which code.
  final Map<String, Integer> refusals = new LinkedHashMap<>();

  /// Everything that came in, by its sender.
  final List<Map.Entry<Companion, Element>> incoming = new ArrayList<>();

  /// What was asked, in its order.
  final List<Query> asked = new ArrayList<>();

  final Map<Jid, Set<Jid>> groups = new LinkedHashMap<>();
  final Set<Jid> phoneAddressed = new HashSet<>();
  final Random random = new Random(7);
  private final List<Person> people = new ArrayList<>();
  private final Iqs iqs = new Iqs(this);
  private final Undelivered undelivered = new Undelivered();
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
  private long ids;

  // ---- who is there

  Person person(String number, int... devices) {
    var person =
        new Person(Jid.phone(number), Jid.lid("2" + number.substring(1)), KeyPair.generate(random));
    people.add(person);
    for (int device : devices) {
      add(person, device);
    }
    return person;
  }

  Companion add(Person person, int number) {
    var identity = number == 0 ? person.key : KeyPair.generate(random);
    var account =
        new Account(
            person.phone.withDevice(number),
            person.lid.withDevice(number),
            Optional.of("Name of " + person.phone.user()),
            "test");
    var proof = number == 0 ? Optional.<byte[]>empty() : Optional.of(proof(person, identity));
    var device = new Companion(this, account, identity, proof);
    person.devices.put(number, device);
    run();
    return device;
  }

  private byte[] proof(Person person, KeyPair identity) {
    var details = ADVDeviceIdentity.newBuilder().setKeyIndex(1).build().toByteArray();
    var signed = new ByteArrayOutputStream();
    signed.writeBytes(new byte[] {6, 0});
    signed.writeBytes(details);
    signed.writeBytes(identity.publicKey());
    return ADVSignedDeviceIdentity.newBuilder()
        .setDetails(ByteString.copyFrom(details))
        .setAccountSignatureKey(ByteString.copyFrom(person.key.publicKey()))
        .setAccountSignature(
            ByteString.copyFrom(XEdDsa.sign(person.key.privateKey(), signed.toByteArray(), random)))
        .build()
        .toByteArray();
  }

  Jid group(String id, Person... members) {
    var group = Jid.of(id, Jid.GROUP_SERVER);
    var lids = new LinkedHashSet<Jid>();
    for (var member : members) {
      lids.add(member.lid);
    }
    groups.put(group, lids);
    return group;
  }

  Set<Jid> members(Jid group) {
    return groups.getOrDefault(group, Set.of());
  }

  /// Removes a member and tells everybody who was in the group.
  void remove(Jid group, Person gone) {
    var before = List.copyOf(members(group));
    members(group).remove(gone.lid);
    var change =
        Element.of("remove")
            .containing(
                Element.of("participant").with("jid", gone.lid).with("phone_number", gone.phone));
    for (var member : before) {
      for (var device : find(member).devices.values()) {
        deliver(
            device,
            Element.of("notification")
                .with("from", group)
                .with("id", "n" + ids++)
                .with("type", "w:gp2")
                .with("t", now.getEpochSecond())
                .with("participant", before.getFirst())
                .containing(change));
      }
    }
    run();
  }

  // ---- time

  void run() {
    for (int turns = 0; !queue.isEmpty(); turns++) {
      if (turns > 100_000) {
        throw new AssertionError("the relay doesn't come to rest");
      }
      queue.remove().run();
    }
  }

  void pass(Duration time) {
    now = now.plus(time);
    for (var person : people) {
      person.devices.values().forEach(Companion::alarm);
    }
    run();
  }

  // ---- what the server does

  void takes(Companion from, Effect effect) {
    queue.add(
        () -> {
          switch (effect) {
            case Effect.Ask(Query query, Element iq) -> answer(from, query, iq);
            case Effect.Write(Element stanza) -> stanza(from, stanza);
            case Effect.Acknowledge(Element stanza) -> stanza(from, stanza);
            case Effect.WriteBytes(byte[] bytes) -> stanza(from, StanzaCodec.decode(bytes));
          }
        });
  }

  private void stanza(Companion from, Element stanza) {
    incoming.add(Map.entry(from, stanza));
    if (swallow.test(stanza)) {
      return;
    }
    switch (stanza.tag()) {
      case "message" -> message(from, stanza);
      case "receipt" -> {
        undelivered.settle(from, stanza);
        receipt(from, stanza);
      }
      case "ack" -> undelivered.settle(from, stanza);
      default -> throw new AssertionError("unexpected " + stanza);
    }
  }

  private void answer(Companion from, Query query, Element iq) {
    incoming.add(Map.entry(from, iq));
    asked.add(query);
    if (swallow.test(iq)) {
      return;
    }
    var result = Element.of("iq").with("type", "result");
    var content = iqs.answer(from, iq);
    if (iq.require("xmlns").equals("w:g2") && content.isEmpty()) {
      queue.add(() -> from.answered(query, new Answer.Refused(403, "forbidden")));
      return;
    }
    var answer = content.map(result::containing).orElse(result);
    queue.add(() -> from.answered(query, new Answer.Result(answer)));
  }

  private void message(Companion from, Element stanza) {
    var id = stanza.require("id");
    var to = stanza.requireJid("to");
    var ack =
        Element.of("ack")
            .with("class", "message")
            .with("id", id)
            .with("from", to)
            .with("t", now.getEpochSecond());
    var refusal = refusals.get(id);
    if (refusal != null) {
      var refused = ack.with("error", refusal);
      queue.add(() -> from.receive(refused));
      return;
    }
    if (!unacked.test(stanza)) {
      queue.add(() -> from.receive(ack));
    }
    if (to.isGroup()) {
      toGroup(from, stanza, to);
    } else {
      toUser(from, stanza, to);
    }
  }

  private void toUser(Companion from, Element stanza, Jid to) {
    if (stanza.child("enc").isPresent()) {
      var chat = stanza.jid("recipient").orElse(to.bare());
      device(to).ifPresent(it -> relay(from, it, stanza, stanza.children("enc"), chat));
      return;
    }
    for (var copy : stanza.requireChild("participants").children("to")) {
      device(copy.requireJid("jid"))
          .ifPresent(it -> relay(from, it, stanza, copy.children("enc"), to));
    }
  }

  private void toGroup(Companion from, Element stanza, Jid group) {
    var alone = stanza.jid("participant");
    for (var member : members(group)) {
      for (var device : find(member).devices.values()) {
        boolean meant = alone.isEmpty() || device(alone.get()).equals(Optional.of(device));
        if (device == from || !meant) {
          continue;
        }
        var encs = new ArrayList<Element>();
        stanza.child("participants").stream()
            .flatMap(all -> all.children("to").stream())
            .filter(copy -> device(copy.requireJid("jid")).equals(Optional.of(device)))
            .forEach(copy -> encs.addAll(copy.children("enc")));
        encs.addAll(stanza.children("enc"));
        relay(from, device, stanza, encs, group);
      }
    }
  }

  /// The stanza as one device gets it: always in the LID domain.
  private void relay(Companion from, Companion to, Element stanza, List<Element> encs, Jid chat) {
    var sender = find(from.jid());
    var out =
        Element.of("message")
            .with("id", stanza.require("id"))
            .with("t", now.getEpochSecond())
            .with("type", stanza.require("type"))
            .with("notify", from.account.pushName().orElse(""))
            .with("addressing_mode", "lid");
    if (chat.isGroup()) {
      out =
          out.with("from", chat)
              .with("participant", from.jid())
              .with("participant_pn", sender.phone);
    } else {
      out = out.with("from", from.jid()).with("sender_pn", sender.phone);
      if (find(to.jid()) == sender) {
        var peer = find(chat);
        out = out.with("recipient", peer.lid).with("peer_recipient_pn", peer.phone);
      }
    }
    var parts = new ArrayList<>(encs);
    stanza.child("device-identity").ifPresent(parts::add);
    deliver(to, out.containing(parts));
  }

  private void receipt(Companion from, Element stanza) {
    var to = stanza.requireJid("to");
    var type = stanza.attribute("type").orElse("");
    var out = stanza.without("to").without("participant").with("t", now.getEpochSecond());
    if (to.isGroup()) {
      var author = device(stanza.requireJid("participant")).orElseThrow();
      deliver(author, out.with("from", to).with("participant", from.jid()));
    } else if (type.equals("retry")) {
      deliver(device(to).orElseThrow(), out.with("from", from.jid()));
    } else {
      for (var device : find(to).devices.values()) {
        if (device != from) {
          deliver(device, out.with("from", from.jid()));
        }
      }
    }
  }

  void deliver(Companion to, Element stanza) {
    var delivery = tamper.apply(Optional.of(new Delivery(to, stanza)));
    delivery.ifPresent(
        it -> {
          undelivered.add(it);
          queue.add(() -> it.to().receive(it.stanza()));
        });
  }

  /// What this device hasn't answered comes again, in its order.
  void redeliver(Companion to) {
    undelivered.to(to).forEach(it -> queue.add(() -> it.to().receive(it.stanza())));
  }

  /// How many stanzas still wait for an answer of this device.
  int undelivered(Companion to) {
    return undelivered.to(to).size();
  }

  // ---- who is who

  private static boolean is(Person person, Jid jid) {
    return jid.sameUser(person.phone) || jid.sameUser(person.lid);
  }

  Optional<Person> lookUp(Jid jid) {
    return people.stream().filter(it -> is(it, jid)).findFirst();
  }

  Person find(Jid jid) {
    return lookUp(jid).orElseThrow();
  }

  Optional<Companion> device(Jid jid) {
    return lookUp(jid).flatMap(it -> Optional.ofNullable(it.devices.get(jid.device())));
  }

  /// The messages that this device has sent, in their order.
  List<Element> messages(Companion from) {
    return sent(from, "message");
  }

  List<Element> sent(Companion from, String tag) {
    return incoming.stream()
        .filter(it -> it.getKey() == from && it.getValue().is(tag))
        .map(Map.Entry::getValue)
        .toList();
  }

  /// How many different ids are among these.
  static int ids(List<Element> stanzas) {
    var ids = new HashSet<String>();
    stanzas.forEach(it -> ids.add(it.require("id")));
    return ids.size();
  }
}
