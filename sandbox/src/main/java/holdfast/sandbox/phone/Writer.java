package holdfast.sandbox.phone;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.BadKey;
import holdfast.proto.Message;
import holdfast.proto.MessageContextInfo;
import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Group;
import holdfast.sandbox.world.Uplink;
import holdfast.sandbox.world.World;
import holdfast.signal.Bundle;
import holdfast.signal.Ciphertext;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/// What a phone sends: encrypted for each device, sent again to those that couldn't read it.
final class Writer {
  private static final int MOST_RESENDS = 5;

  private final World world;
  private final Account account;
  private final Uplink uplink;
  private final Secrets secrets;
  private final Notebook notebook;
  private final Map<String, Integer> resends = new HashMap<>();

  Writer(World world, Account account, Uplink uplink, Secrets secrets, Notebook notebook) {
    this.world = world;
    this.account = account;
    this.uplink = uplink;
    this.secrets = secrets;
    this.notebook = notebook;
  }

  private Device self() {
    return account.device(0).orElseThrow();
  }

  private String newId() {
    var bytes = new byte[15];
    world.random().nextBytes(bytes);
    return "AC" + HexFormat.of().withUpperCase().formatHex(bytes);
  }

  /// A text with the secret that reactions and edits to it need.
  Message text(String text) {
    var secret = new byte[32];
    world.random().nextBytes(secret);
    return Message.newBuilder()
        .setConversation(text)
        .setMessageContextInfo(
            MessageContextInfo.newBuilder().setMessageSecret(ByteString.copyFrom(secret)))
        .build();
  }

  // ---- to one person

  String send(Account to, Message message) {
    var id = newId();
    var plain = message.toByteArray();
    var copy = deviceSent(to.lidJid(), message).toByteArray();
    var participants = new ArrayList<Element>();
    for (var device : to.devices()) {
      seal(device, plain).ifPresent(enc -> participants.add(to(device, enc)));
    }
    for (var device : account.others(self())) {
      if (to != account) {
        seal(device, copy).ifPresent(enc -> participants.add(to(device, enc)));
      }
    }
    keep(new Kept(id, to.lidJid().toString(), account.lidJid().toString(), false, plain, now()));
    uplink.send(
        self(),
        begun(id, to.lidJid())
            .with("peer_recipient_pn", to.phoneJid())
            .containing(Element.of("participants").containing(participants)));
    return id;
  }

  private static Message deviceSent(Jid chat, Message message) {
    return Message.newBuilder()
        .setDeviceSentMessage(
            Message.DeviceSentMessage.newBuilder()
                .setDestinationJid(chat.toString())
                .setMessage(message))
        .setMessageContextInfo(message.getMessageContextInfo())
        .build();
  }

  private static Element begun(String id, Jid to) {
    return Element.of("message").with("id", id).with("to", to).with("type", "text");
  }

  private static Element to(Device device, Element enc) {
    return Element.of("to").with("jid", device.lidJid()).containing(enc);
  }

  /// Nothing for a device whose keys are no keys.
  private Optional<Element> seal(Device device, byte[] plaintext) {
    try {
      return Optional.of(enc(secrets.ratchets().encrypt(device, plaintext)));
    } catch (BadKey e) {
      return Optional.empty();
    }
  }

  private static Element enc(Ciphertext ciphertext) {
    return Element.of("enc")
        .with("v", "2")
        .with("type", ciphertext.type().wire())
        .containing(ciphertext.bytes());
  }

  // ---- to a group

  String send(Group group, Message message) {
    var id = newId();
    var chat = group.jid().toString();
    var devices =
        world.members(group).stream()
            .flatMap(member -> member.devices().stream())
            .filter(device -> device != self())
            .toList();
    var lacking = secrets.groups().lacking(chat, devices);
    var distribution = distribution(chat, Message.newBuilder()).toByteArray();
    var participants = new ArrayList<Element>();
    for (var device : lacking) {
      seal(device, distribution).ifPresent(enc -> participants.add(to(device, enc)));
    }
    var content = new ArrayList<Element>();
    if (!participants.isEmpty()) {
      content.add(Element.of("participants").containing(participants));
    }
    var plain = message.toByteArray();
    content.add(enc(secrets.groups().encrypt(chat, plain)));
    keep(new Kept(id, chat, account.lidJid().toString(), false, plain, now()));
    uplink.send(self(), begun(id, group.jid()).with("addressing_mode", "lid").containing(content));
    return id;
  }

  private Message distribution(String group, Message.Builder into) {
    return into.setSenderKeyDistributionMessage(
            Message.SenderKeyDistributionMessage.newBuilder()
                .setGroupId(group)
                .setAxolotlSenderKeyDistributionMessage(
                    ByteString.copyFrom(secrets.groups().distribution(group))))
        .build();
  }

  // ---- to an own companion

  void peer(Device companion, Message message) {
    var id = newId();
    var plain = message.toByteArray();
    keep(
        new Kept(id, account.lidJid().toString(), account.lidJid().toString(), true, plain, now()));
    seal(companion, plain)
        .ifPresent(
            enc ->
                uplink.send(
                    self(),
                    begun(id, companion.lidJid()).with("category", "peer").containing(enc)));
  }

  // ---- again

  /// Answers a retry receipt: the same content to the one device that couldn't read it.
  void resend(Element receipt) {
    var id = receipt.require("id");
    var asker = receipt.jid("participant").or(() -> receipt.jid("from")).flatMap(world::device);
    var kept = notebook.kept(id);
    if (asker.isEmpty() || kept.isEmpty()) {
      return;
    }
    int count = resends.merge(id + "/" + asker.get().key(), 1, Integer::sum);
    if (count > MOST_RESENDS) {
      return;
    }
    renewed(receipt, asker.get());
    var stanza = resent(kept.get(), asker.get());
    seal(asker.get(), plaintext(kept.get(), asker.get()))
        .ifPresent(enc -> uplink.send(self(), stanza.containing(enc.with("count", count))));
  }

  /// With the keys that the asker sent along, or with fresh ones from the second time on.
  private void renewed(Element receipt, Device asker) {
    var keys = receipt.child("keys");
    long count = receipt.child("retry").flatMap(it -> it.number("count")).orElse(1L);
    try {
      if (keys.isPresent()) {
        secrets.ratchets().renew(asker, bundle(receipt, keys.get()));
      } else if (count > 1) {
        secrets.ratchets().renew(asker, world.takeBundle(asker));
      }
    } catch (BadKey e) {
      // the present ratchet has to do
    }
  }

  private static Bundle bundle(Element receipt, Element keys) {
    var skey = keys.requireChild("skey");
    return new Bundle(
        receipt.requireChild("registration").bigEndian(),
        keys.requireChild("identity").bytes(32),
        (int) skey.requireChild("id").bigEndian(),
        skey.requireChild("value").bytes(32),
        skey.requireChild("signature").bytes(64),
        keys.child("key")
            .map(
                key ->
                    new Bundle.OneTime(
                        (int) key.requireChild("id").bigEndian(),
                        key.requireChild("value").bytes(32))));
  }

  private Element resent(Kept kept, Device asker) {
    var chat = Jid.parse(kept.chat());
    if (chat.isGroup()) {
      return begun(kept.id(), chat)
          .with("participant", asker.lidJid())
          .with("addressing_mode", "lid");
    }
    var stanza = begun(kept.id(), asker.lidJid());
    if (kept.peer()) {
      return stanza.with("category", "peer");
    }
    return asker.account() == account ? stanza.with("recipient", chat) : stanza;
  }

  private byte[] plaintext(Kept kept, Device asker) {
    try {
      var chat = Jid.parse(kept.chat());
      if (chat.isGroup() && secrets.groups().canSend(kept.chat())) {
        return distribution(kept.chat(), Message.newBuilder().mergeFrom(kept.message()))
            .toByteArray();
      }
      boolean own = asker.account() == account && !kept.peer();
      return own && !chat.isGroup()
          ? deviceSent(chat, Message.parseFrom(kept.message())).toByteArray()
          : kept.message();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message that was sent can't be read", e);
    }
  }

  // ---- kept

  private void keep(Kept kept) {
    notebook.keep(kept);
    if (kept.peer()) {
      return;
    }
    try {
      Content.of(Message.parseFrom(kept.message()))
          .ifPresent(
              content ->
                  notebook.note(
                      new Note(
                          0,
                          kept.id(),
                          chatName(Jid.parse(kept.chat())),
                          account.phone(),
                          content.type(),
                          content.text(),
                          kept.at(),
                          1)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message that was just made can't be read", e);
    }
  }

  /// A group by its JID, a person by phone number.
  String chatName(Jid chat) {
    return world.account(chat).map(Account::phone).orElse(chat.toString());
  }

  /// A chat's JID in the form in which the phone keeps it.
  String lidForm(String chat) {
    return Jid.tryParse(chat)
        .flatMap(world::account)
        .map(person -> person.lidJid().toString())
        .orElse(chat);
  }

  private long now() {
    return world.now();
  }
}
