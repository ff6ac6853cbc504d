package holdfast.sandbox.phone;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.Forged;
import holdfast.proto.Message;
import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.BigEndian;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Uplink;
import holdfast.sandbox.world.World;
import holdfast.signal.Ciphertext;
import holdfast.signal.Padding;
import holdfast.signal.Ratchet;
import holdfast.signal.SenderKey;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// What a phone receives: decrypted, written down, receipted; asked for again when it can't be
/// read.
final class Reader {
  private static final int MOST_RETRIES = 5;

  /// A received content with the account that it came from and the chat that it belongs to.
  record Received(Device sender, Jid chat, Message message, boolean peer, String id) {}

  /// What became of one `enc`.
  private sealed interface Opened {
    record Read(Message message) implements Opened {}

    record Known() implements Opened {}

    record Unreadable(Ratchet.Reason reason) implements Opened {}
  }

  private final World world;
  private final Account account;
  private final Uplink uplink;
  private final Secrets secrets;
  private final BiConsumer<Element, Received> received;
  private final Map<String, Integer> retries = new HashMap<>();

  /// `received` is told of each message that could be read, with its stanza.
  Reader(
      World world,
      Account account,
      Uplink uplink,
      Secrets secrets,
      BiConsumer<Element, Received> received) {
    this.world = world;
    this.account = account;
    this.uplink = uplink;
    this.secrets = secrets;
    this.received = received;
  }

  private Device self() {
    return account.device(0).orElseThrow();
  }

  void message(Element stanza) {
    var sender = stanza.jid("participant").or(() -> stanza.jid("from")).flatMap(world::device);
    if (sender.isEmpty()) {
      return;
    }
    Optional<Ratchet.Reason> failure = Optional.empty();
    boolean read = false;
    for (var enc : stanza.children("enc")) {
      switch (open(stanza, sender.get(), enc)) {
        case Opened.Read(var message) -> {
          read |= take(stanza, sender.get(), message);
        }
        case Opened.Known _ -> read = true;
        case Opened.Unreadable(var reason) -> failure = Optional.of(reason);
      }
    }
    if (failure.isPresent()) {
      retry(stanza, failure.get());
    } else if (read || stanza.child("enc").isPresent()) {
      receipt(stanza, sender.get());
    }
  }

  // ---- opening

  private Opened open(Element stanza, Device sender, Element enc) {
    try {
      return switch (enc.attribute("type").orElse("")) {
        case "msg" -> ratcheted(sender, Ciphertext.Type.MSG, enc.bytes());
        case "pkmsg" -> ratcheted(sender, Ciphertext.Type.PKMSG, enc.bytes());
        case "skmsg" -> senderKeyed(stanza.requireJid("from").toString(), sender, enc.bytes());
        default -> new Opened.Unreadable(Ratchet.Reason.UNKNOWN);
      };
    } catch (InvalidProtocolBufferException | Forged e) {
      return new Opened.Unreadable(Ratchet.Reason.INVALID_MESSAGE);
    }
  }

  private Opened ratcheted(Device sender, Ciphertext.Type type, byte[] bytes)
      throws InvalidProtocolBufferException {
    return switch (secrets.ratchets().decrypt(sender, type, bytes)) {
      case Ratchet.Outcome.Plaintext plain -> read(plain.bytes());
      case Ratchet.Outcome.Duplicate _ -> new Opened.Known();
      case Ratchet.Outcome.Failed(var reason) -> new Opened.Unreadable(reason);
    };
  }

  private Opened senderKeyed(String group, Device sender, byte[] bytes)
      throws InvalidProtocolBufferException {
    return switch (secrets.groups().decrypt(group, sender, bytes)) {
      case SenderKey.Outcome.Plaintext plain -> read(plain.bytes());
      case SenderKey.Outcome.Duplicate _ -> new Opened.Known();
      case SenderKey.Outcome.Failed(var reason) -> new Opened.Unreadable(reason);
    };
  }

  private static Opened read(byte[] padded) throws InvalidProtocolBufferException {
    return new Opened.Read(Message.parseFrom(Padding.unpad(padded)));
  }

  // ---- taking

  private boolean take(Element stanza, Device sender, Message message) {
    if (message.hasSenderKeyDistributionMessage()) {
      var distribution = message.getSenderKeyDistributionMessage();
      secrets
          .groups()
          .accept(
              distribution.getGroupId(),
              sender,
              distribution.getAxolotlSenderKeyDistributionMessage().toByteArray());
    }
    boolean own = sender.account() == account;
    boolean copy = own && message.hasDeviceSentMessage();
    var content = copy ? message.getDeviceSentMessage().getMessage() : message;
    boolean peer = stanza.attribute("category").filter("peer"::equals).isPresent();
    received.accept(
        stanza, new Received(sender, chat(stanza, sender), content, peer, stanza.require("id")));
    return true;
  }

  private Jid chat(Element stanza, Device sender) {
    var from = stanza.requireJid("from");
    if (from.isGroup() || from.isBroadcast()) {
      return from;
    }
    return stanza
        .jid("recipient")
        .flatMap(world::account)
        .map(Account::lidJid)
        .orElse(sender.account().lidJid());
  }

  // ---- answering

  private void receipt(Element stanza, Device sender) {
    var receipt = begun(stanza);
    boolean group = stanza.jid("participant").isPresent();
    boolean peer = stanza.attribute("category").filter("peer"::equals).isPresent();
    if (peer) {
      receipt = receipt.with("type", "peer_msg");
    } else if (sender.account() == account && !group) {
      receipt = receipt.with("type", "sender").with("recipient", stanza.jid("recipient"));
    }
    uplink.send(self(), receipt);
  }

  private static Element begun(Element stanza) {
    return Element.of("receipt")
        .with("id", stanza.require("id"))
        .with("to", stanza.requireJid("from"))
        .with("participant", stanza.jid("participant"));
  }

  private void retry(Element stanza, Ratchet.Reason reason) {
    var id = stanza.require("id");
    int count = retries.merge(id + "/" + stanza.requireJid("from"), 1, Integer::sum);
    if (count > MOST_RETRIES) {
      return;
    }
    var receipt =
        begun(stanza)
            .with("type", "retry")
            .with("recipient", stanza.jid("recipient"))
            .containing(
                Element.of("retry")
                    .with("count", count)
                    .with("id", id)
                    .with("t", stanza.require("t"))
                    .with("v", "1")
                    .with("error", reason.code()),
                Element.of("registration")
                    .containing(BigEndian.bytes(secrets.keys().published().registrationId(), 4)));
    boolean withKeys = count > 1 || reason == Ratchet.Reason.NO_RATCHET;
    uplink.send(self(), withKeys ? withKeys(receipt) : receipt);
  }

  /// With a prekey that nobody else is given.
  private Element withKeys(Element receipt) {
    var published = secrets.keys().published();
    var fresh = secrets.keys().morePreKeys(1).getFirst();
    var content = new java.util.ArrayList<>(receipt.children());
    content.add(
        Element.of("keys")
            .containing(
                Element.of("type").containing(new byte[] {5}),
                Element.of("identity").containing(published.identity()),
                Element.of("key")
                    .containing(
                        Element.of("id").containing(BigEndian.bytes(fresh.id(), 3)),
                        Element.of("value").containing(fresh.key())),
                Element.of("skey")
                    .containing(
                        Element.of("id").containing(BigEndian.bytes(published.signedPreKeyId(), 3)),
                        Element.of("value").containing(published.signedPreKey()),
                        Element.of("signature").containing(published.signature()))));
    return receipt.containing(content);
  }
}
