package holdfast.sandbox.server;

import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.DeviceHash;
import holdfast.sandbox.world.Group;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Carries a message from one device to all that are meant (protocol page 08 § 6).
///
/// A message id that came before is carried AGAIN: a client that repeats itself with other bytes
/// shall be seen by its receivers, not covered up.
final class Relay {
  /// What is handed on beside the ciphertexts; the rest of a stanza is for the server.
  private static final Set<String> KEPT_CHILDREN = Set.of("meta", "bot", "biz", "plaintext");

  private static final List<String> KEPT_ATTRIBUTES = List.of("edit", "category", "expiration");

  /// A message on its way: who sent it, what it was, and which devices were given which
  /// ciphertexts.
  private record Letter(Device from, Element stanza, Map<Device, List<Element>> encs) {
    String id() {
      return stanza.require("id");
    }

    Jid to() {
      return stanza.requireJid("to");
    }

    List<Element> direct() {
      return stanza.children("enc");
    }
  }

  private final World world;
  private final Map<Device, Set<Device>> statusReaders = new LinkedHashMap<>();

  Relay(World world) {
    this.world = world;
  }

  void message(Device from, Element stanza) {
    var to = stanza.requireJid("to");
    var letter = new Letter(from, stanza, addressed(stanza));
    observe(letter);
    var refusal = refusedOnDemand(letter);
    if (refusal.isEmpty() && !to.isNewsletter()) {
      refusal = route(letter);
    }
    acknowledge(letter, refusal);
  }

  private Optional<Integer> refusedOnDemand(Letter letter) {
    var faults = world.faults();
    var key = letter.from().key();
    var locked =
        faults
            .holds("new_chats_locked", key)
            .filter(lock -> world.now() < lock.number("until", Long.MAX_VALUE))
            .filter(_ -> isNewChat(letter));
    if (locked.isPresent()) {
      faults.happened(locked.get(), key);
      Timelock.tell(world, letter.from(), locked.get());
      return Optional.of(463);
    }
    return faults.take("ack_error", key).map(fault -> (int) fault.number("code", 479));
  }

  /// Whether these two accounts have never written to each other.
  private boolean isNewChat(Letter letter) {
    var own = letter.from().account();
    return world.account(letter.to()).filter(to -> to != own && !own.knows(to)).isPresent();
  }

  private void observe(Letter letter) {
    letter.direct().forEach(enc -> world.observeEnc(letter.from(), letter.id(), enc));
    if (letter.to().isGroup()) {
      letter.direct().stream()
          .filter(enc -> enc.attribute("type").equals(Optional.of("skmsg")))
          .forEach(enc -> world.observeGroup(letter.from(), letter.to(), enc));
    }
    letter
        .encs()
        .values()
        .forEach(encs -> encs.forEach(enc -> world.observeEnc(letter.from(), letter.id(), enc)));
    world.observeMessage(letter.from(), letter.id(), letter.to(), letter.stanza());
  }

  private Map<Device, List<Element>> addressed(Element stanza) {
    var encs = new LinkedHashMap<Device, List<Element>>();
    stanza
        .child("participants")
        .ifPresent(
            all ->
                all.children("to")
                    .forEach(
                        to ->
                            world
                                .device(to.requireJid("jid"))
                                .ifPresent(
                                    device ->
                                        encs.computeIfAbsent(device, _ -> new ArrayList<>())
                                            .addAll(to.children("enc")))));
    return encs;
  }

  /// Delivers; an error code when it can't.
  private Optional<Integer> route(Letter letter) {
    var to = letter.to();
    if (to.isGroup()) {
      return toGroup(letter);
    }
    if (to.isBroadcast()) {
      toStatus(letter);
      return Optional.empty();
    }
    var account = world.account(to);
    if (account.isEmpty()) {
      return Optional.of(404);
    }
    toUser(letter, account.get());
    return Optional.empty();
  }

  private void acknowledge(Letter letter, Optional<Integer> refusal) {
    var from = letter.from();
    if (world.faults().take("withhold_acks", from.key()).isPresent()) {
      return;
    }
    var ack =
        Element.of("ack")
            .with("class", "message")
            .with("id", letter.id())
            .with("from", letter.to())
            .with("t", world.now());
    if (refusal.isPresent()) {
      ack = ack.with("error", refusal.get());
    }
    var serverHash = hashToTell(letter);
    if (serverHash.isPresent()) {
      ack = ack.with("phash", serverHash.get());
    }
    var answer = ack;
    from.endpoint().ifPresent(endpoint -> endpoint.deliver(answer));
  }

  /// The server's own device hash, when the client sent another.
  private Optional<String> hashToTell(Letter letter) {
    var clients = letter.stanza().attribute("phash");
    var group = world.group(letter.to());
    if (clients.isEmpty() || group.isEmpty()) {
      return Optional.empty();
    }
    var all =
        world.members(group.get()).stream()
            .flatMap(account -> account.devices().stream())
            .map(Device::lidJid)
            .toList();
    return Optional.of(DeviceHash.of(all)).filter(hash -> !clients.get().equals(hash));
  }

  // ---- to one person

  private void toUser(Letter letter, Account to) {
    var direct = letter.direct();
    letter.from().account().addContact(to);
    to.addContact(letter.from().account());
    if (!direct.isEmpty()) {
      // To one device, after a retry receipt or from device to device of one account. Beside it
      // Baileys repeats the same in `participants`; that isn't meant for anybody.
      to.device(letter.to().device())
          .ifPresent(device -> deliver(device, personal(letter, device, to), letter, direct));
      return;
    }
    letter.encs().forEach((device, encs) -> toDevice(letter, to, device, encs));
  }

  private void toDevice(Letter letter, Account to, Device device, List<Element> encs) {
    if (device != letter.from()) {
      deliver(device, personal(letter, device, to), letter, encs);
    }
  }

  /// In the LID domain, with the phone number beside it.
  private Element personal(Letter letter, Device device, Account chat) {
    var from = letter.from();
    var stanza = begun(letter, from.lidJid()).with("addressing_mode", "lid");
    boolean own = device.account() == from.account();
    boolean peer = letter.stanza().attribute("category").filter("peer"::equals).isPresent();
    if (!own) {
      return stanza.with("sender_pn", from.account().phoneJid());
    }
    if (peer) {
      return stanza;
    }
    var recipient = recipient(letter, chat);
    return stanza
        .with("recipient", recipient.lidJid())
        .with("peer_recipient_pn", recipient.phoneJid());
  }

  /// The chat that an own device is told of: where the message went, or what a resend names.
  private Account recipient(Letter letter, Account chat) {
    return letter.stanza().jid("recipient").flatMap(world::account).orElse(chat);
  }

  private Element begun(Letter letter, Jid from) {
    var incoming = letter.stanza();
    var stanza =
        Element.of("message")
            .with("from", from)
            .with("id", letter.id())
            .with("t", world.now())
            .with("type", incoming.attribute("type").orElse("text"));
    if (!letter.from().account().pushName().isEmpty()) {
      stanza = stanza.with("notify", letter.from().account().pushName());
    }
    for (var name : KEPT_ATTRIBUTES) {
      var value = incoming.attribute(name);
      if (value.isPresent()) {
        stanza = stanza.with(name, value.get());
      }
    }
    return stanza;
  }

  // ---- to groups and to the status list

  private Optional<Integer> toGroup(Letter letter) {
    var group = world.group(letter.to());
    if (group.isEmpty()) {
      return Optional.of(404);
    }
    if (!group.get().has(letter.from().account())) {
      return Optional.of(403);
    }
    if (letter.stanza().attribute("addressing_mode").filter("pn"::equals).isPresent()) {
      return Optional.of(421);
    }
    if (group.get().settings().contains("announcement")
        && !group.get().isAdmin(letter.from().account())) {
      return Optional.of(403);
    }
    var only = letter.stanza().jid("participant").flatMap(world::device);
    if (only.isPresent()) {
      deliver(only.get(), inGroup(letter), letter, letter.direct());
    } else {
      members(group.get()).forEach(device -> share(letter, device, inGroup(letter)));
    }
    return Optional.empty();
  }

  private List<Device> members(Group group) {
    return world.members(group).stream().flatMap(account -> account.devices().stream()).toList();
  }

  private void toStatus(Letter letter) {
    var readers = statusReaders.computeIfAbsent(letter.from(), _ -> new LinkedHashSet<>());
    readers.addAll(letter.encs().keySet());
    var only = letter.stanza().jid("participant").flatMap(world::device);
    if (only.isPresent()) {
      deliver(only.get(), inGroup(letter), letter, letter.direct());
    } else {
      readers.forEach(device -> share(letter, device, inGroup(letter)));
    }
  }

  private Element inGroup(Letter letter) {
    var from = letter.from();
    return begun(letter, letter.to())
        .with("participant", from.lidJid())
        .with("addressing_mode", "lid")
        .with("participant_pn", from.account().phoneJid());
  }

  /// The keys that are for this device alone, then what is for all.
  private void share(Letter letter, Device device, Element stanza) {
    if (device == letter.from()) {
      return;
    }
    var encs = new ArrayList<>(letter.encs().getOrDefault(device, List.of()));
    encs.addAll(letter.direct());
    deliver(device, stanza, letter, encs);
  }

  // ---- out

  private void deliver(Device device, Element begun, Letter letter, List<Element> encs) {
    if (encs.isEmpty()) {
      return;
    }
    var content = new ArrayList<Element>();
    encs.forEach(enc -> content.add(corrupted(device, enc)));
    boolean introduces =
        encs.stream().anyMatch(enc -> enc.attribute("type").filter("pkmsg"::equals).isPresent());
    for (var child : letter.stanza().children()) {
      if (KEPT_CHILDREN.contains(child.tag()) || (introduces && child.is("device-identity"))) {
        content.add(child);
      }
    }
    var stanza = begun.containing(content);
    if (device.endpoint().filter(it -> it.isFlowing()).isPresent()) {
      world.observeDelivery(device, stanza);
    }
    device.deliver(stanza);
  }

  private Element corrupted(Device device, Element enc) {
    if (enc.bytes().length < 50 || world.faults().take("corrupt_enc", device.key()).isEmpty()) {
      return enc;
    }
    var bytes = enc.bytes().clone();
    // Twelve from the end lies in the ciphertext, in a MAC or in a signature: never in a header.
    bytes[bytes.length - 12] ^= 1;
    return enc.containing(bytes);
  }
}
