package holdfast.receipt;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.BadKey;
import holdfast.device.Addresses;
import holdfast.device.Bundles;
import holdfast.device.Ratchets;
import holdfast.device.Sealing;
import holdfast.device.SenderKeys;
import holdfast.device.StanzaKind;
import holdfast.proto.Message;
import holdfast.signal.Bundle;
import holdfast.signal.Ciphertext;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.MalformedStanza;
import holdfast.stanza.Stanza;
import holdfast.step.Answer;
import holdfast.step.Context;
import holdfast.step.Effect;
import holdfast.step.Query;
import holdfast.store.Outbound;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Answers devices that couldn't read a message of ours, from its kept plaintext (protocol page 05
/// § 4, § 6): the only reason ever to encrypt a message anew.
///
/// Only who was a recipient gets it again, and each device at most five times; that count is
/// durable. The rest is in [Memory], which begins anew with each connection.
public final class Retries {
  /// A ratchet that has just been rebuilt isn't what is wrong.
  private static final Duration REBUILD_AGAIN = Duration.ofHours(1);

  /// How many wishes may wait at a time; the server repeats what is passed over.
  private static final int MAX_OPEN = 256;

  private Retries() {}

  /// One device's wish for one message. `wire`: as its receipt names it; `device`: as its records
  /// are kept. `count`: how often it has tried. `receipt`: to be acked when the wish is answered,
  /// so that one cut short by the end of the connection is repeated by the server.
  record Wish(Jid wire, Jid device, String messageId, long count, Element receipt) {}

  /// The wishes that wait for a bundle, by the question that was asked for it.
  public record Memory(Map<Query, List<Wish>> open) {
    public static final Memory NONE = new Memory(Map.of());

    int size() {
      return open.values().stream().mapToInt(List::size).sum();
    }

    Memory with(Query query, List<Wish> wishes) {
      var more = new HashMap<>(open);
      if (wishes.isEmpty()) {
        more.remove(query);
      } else {
        more.put(query, List.copyOf(wishes));
      }
      return new Memory(Map.copyOf(more));
    }
  }

  public record Step(Memory memory, List<Effect> effects) {}

  /// Whether a receipt is one for [#take].
  public static boolean isRetry(Stanza.Receipt receipt) {
    return receipt.type().equals(Optional.of("retry"));
  }

  /// A retry receipt.
  public static Step take(Context context, Memory memory, Stanza.Receipt receipt) {
    var next = memory;
    var effects = new ArrayList<Effect>();
    boolean waits = false;
    for (var id : receipt.ids()) {
      var wish = wish(context, receipt, id);
      if (!isDue(context, receipt.origin().from(), wish)) {
        continue;
      }
      if (isReady(context, wish)) {
        effects.add(new Effect.Write(resent(context, wish)));
        continue;
      }
      waits = true;
      if (next.size() >= MAX_OPEN) {
        continue;
      }
      var query = new Query.Bundles(List.of(wish.device()));
      var wishes = new ArrayList<>(next.open().getOrDefault(query, List.of()));
      wishes.removeIf(other -> other.messageId().equals(wish.messageId()));
      wishes.add(wish);
      next = next.with(query, wishes);
      effects.add(new Effect.Ask(query, Bundles.query(query.devices())));
    }
    if (!waits) {
      effects.add(new Effect.Acknowledge(Receipts.ack(receipt.element())));
    }
    return new Step(next, effects);
  }

  private static Wish wish(Context context, Stanza.Receipt receipt, String id) {
    long count =
        receipt.element().child("retry").flatMap(retry -> retry.number("count")).orElse(1L);
    var sender = receipt.origin().sender();
    return new Wish(
        sender,
        Addresses.known(context.draft(), sender),
        id,
        Math.clamp(count, 1, Receipts.MAX_RETRIES + 1L),
        receipt.element());
  }

  /// Whether there is such a message, its chat is the wish's, its device belongs there, and it
  /// hasn't had it too often.
  private static boolean isDue(Context context, Jid from, Wish wish) {
    var found = context.draft().outboundByMessageId(wish.messageId());
    if (found.isEmpty() || found.get().stanza().isEmpty()) {
      return false;
    }
    var row = found.get();
    boolean own = context.account().owns(wish.device().bare());
    boolean concerned =
        row.chat().isGroup()
            ? from.equals(row.chat()) && isMember(context, row.chat(), wish.device())
            : own || Receipts.concerns(context, from, row);
    return concerned && context.draft().retries(answeredKey(wish)) < Receipts.MAX_RETRIES;
  }

  private static boolean isMember(Context context, Jid group, Jid device) {
    var account = device.bare();
    return context
        .draft()
        .group(group)
        .map(
            info ->
                info.members().stream()
                    .anyMatch(it -> Addresses.known(context.draft(), it).equals(account)))
        // While the group isn't known, those who hold its key are in it.
        .orElseGet(() -> context.draft().holdersOfSenderKey(group).contains(device));
  }

  /// Whether the ratchet can carry the answer, made anew from the receipt's own bundle if need be.
  private static boolean isReady(Context context, Wish wish) {
    var brought = bundle(wish.receipt());
    if (brought.isPresent() && installed(context, wish.device(), brought.get())) {
      return true;
    }
    var ratchet = context.draft().ratchet(wish.device());
    boolean replaced =
        registration(wish.receipt())
            .filter(id -> !ratchet.remoteRegistrationId().equals(Optional.of(id)))
            .isPresent();
    if (!ratchet.isOpen() || replaced) {
      return false;
    }
    boolean stuck = isStuck(context, wish);
    var rebuilt = Instant.ofEpochSecond(context.draft().retries(rebuiltKey(wish.device())));
    boolean old = rebuilt.plus(REBUILD_AGAIN).isBefore(context.now());
    return !stuck && !(wish.count() > 1 && old);
  }

  /// The second wish notes which ratchet it is about; a later one about the same says that this
  /// ratchet doesn't work.
  private static boolean isStuck(Context context, Wish wish) {
    var key = context.draft().ratchet(wish.device()).baseKey();
    if (wish.count() < 2 || key.isEmpty()) {
      return false;
    }
    long mark = ByteBuffer.wrap(key.get()).getLong();
    var name = "base|" + wish.device() + "|" + wish.messageId();
    if (wish.count() == 2) {
      context.draft().retries(name, mark, context.now());
      return false;
    }
    return context.draft().retries(name) == mark;
  }

  /// What the receipt brings to begin a ratchet with; nothing where it is damaged.
  private static Optional<Bundle> bundle(Element receipt) {
    try {
      var keys = receipt.child("keys");
      return keys.isPresent() ? Bundles.ofRetry(receipt, keys.get()) : Optional.empty();
    } catch (MalformedStanza _) {
      return Optional.empty();
    }
  }

  private static Optional<Long> registration(Element receipt) {
    return receipt
        .child("registration")
        .filter(it -> it.bytes().length == Integer.BYTES)
        .map(Element::bigEndian);
  }

  private static boolean installed(Context context, Jid device, Bundle bundle) {
    try {
      Ratchets.install(context, device, bundle);
      context.draft().retries(rebuiltKey(device), context.now().getEpochSecond(), context.now());
      return true;
    } catch (BadKey _) {
      return false;
    }
  }

  /// The answer to a question for bundles; one that wasn't this feature's changes nothing. A device
  /// without a bundle may ask again.
  public static Step answered(Context context, Memory memory, Query query, Answer answer) {
    var wishes = memory.open().getOrDefault(query, List.of());
    if (wishes.isEmpty()) {
      return new Step(memory, List.of());
    }
    var effects = new ArrayList<Effect>();
    var device = wishes.getFirst().device();
    if (found(answer, device).filter(it -> installed(context, device, it)).isPresent()) {
      wishes.forEach(wish -> effects.add(new Effect.Write(resent(context, wish))));
    }
    if (!(answer instanceof Answer.Lost)) {
      wishes.forEach(wish -> effects.add(new Effect.Acknowledge(Receipts.ack(wish.receipt()))));
    }
    return new Step(memory.with(query, List.of()), effects);
  }

  private static Optional<Bundle> found(Answer answer, Jid device) {
    try {
      return answer instanceof Answer.Result(Element iq)
          ? Optional.ofNullable(Bundles.parse(iq).get(device))
          : Optional.empty();
    } catch (MalformedStanza _) {
      return Optional.empty();
    }
  }

  /// The message once more, for this device alone.
  private static Element resent(Context context, Wish wish) {
    var draft = context.draft();
    draft.retries(answeredKey(wish), draft.retries(answeredKey(wish)) + 1, context.now());
    var row = draft.outboundByMessageId(wish.messageId()).orElseThrow();
    var message = message(row);
    var kind = StanzaKind.of(message);
    var ciphertext =
        Ratchets.encrypt(context, wish.device(), copy(context, row, wish, message).toByteArray());
    var enc = Sealing.enc(ciphertext, kind).with("count", wish.count());
    var parts = new ArrayList<Element>();
    parts.add(enc);
    if (ciphertext.type() == Ciphertext.Type.PKMSG) {
      Sealing.deviceIdentity(context).ifPresent(parts::add);
    }
    return addressed(context, row, wish, kind).containing(parts);
  }

  private static Element addressed(Context context, Outbound row, Wish wish, StanzaKind kind) {
    boolean group = row.chat().isGroup();
    boolean own = !group && context.account().owns(wish.device().bare());
    var device = wish.wire();
    var stanza =
        Element.of("message")
            .with("id", row.messageId())
            .with("to", group ? row.chat() : device)
            .with("type", kind.type())
            .with("t", context.now().getEpochSecond())
            .with("participant", group ? Optional.of(device) : Optional.empty())
            .with("recipient", own ? Optional.of(row.chat()) : Optional.empty())
            .with("device_fanout", "false");
    return kind.edit().isPresent() ? stanza.with("edit", kind.edit().get()) : stanza;
  }

  /// In a group the key goes along, so that the next message can be read under it.
  private static Message copy(Context context, Outbound row, Wish wish, Message message) {
    if (!row.chat().isGroup()) {
      return Sealing.copyFor(context, wish.device(), row.chat(), message);
    }
    var ownKey = context.draft().senderKey(row.chat(), context.account().lid());
    if (!ownKey.canSend()) {
      return message;
    }
    SenderKeys.given(context, row.chat(), List.of(wish.device()));
    return Sealing.withSenderKey(context, row.chat(), message);
  }

  private static Message message(Outbound row) {
    try {
      return Message.parseFrom(row.message());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a sent message can't be read back", e);
    }
  }

  private static String answeredKey(Wish wish) {
    return "out|" + wish.device() + "|" + wish.messageId();
  }

  private static String rebuiltKey(Jid device) {
    return "rebuilt|" + device;
  }
}
