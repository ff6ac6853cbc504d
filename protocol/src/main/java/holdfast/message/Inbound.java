package holdfast.message;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.Forged;
import holdfast.device.DeviceProof;
import holdfast.device.Ratchets;
import holdfast.device.SenderKeys;
import holdfast.proto.Message;
import holdfast.signal.Ciphertext;
import holdfast.signal.Padding;
import holdfast.signal.Ratchet;
import holdfast.signal.SenderKey;
import holdfast.stanza.Jid;
import holdfast.stanza.Stanza;
import holdfast.step.Context;
import holdfast.step.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Messages in: known ones are told apart by their attributes, new ones decrypted, read and made
/// an event (protocol page 05 § 5).
///
/// One message makes one event, however often the server repeats it (R31): what is seen and what is
/// said are written in the same batch as the ratchet that opened it.
public final class Inbound {
  /// NACK codes: what isn't a message at all, a content that can't be parsed, a bot's message whose
  /// secret isn't kept.
  private static final int UNRECOGNISED = 488;

  private static final int INVALID_PROTOBUF = 491;
  private static final int MISSING_SECRET = 495;

  /// The version of ciphertexts whose plaintext isn't padded.
  private static final int UNPADDED = 3;

  private Inbound() {}

  /// What became of one `enc` element.
  private sealed interface Opened {
    record Read(Message message) implements Opened {}

    /// Its key has been used.
    record Repeated() implements Opened {}

    record Unreadable(Ratchet.Reason reason) implements Opened {}

    record Unfit(int error) implements Opened {}
  }

  public static Taken take(Context context, Stanza.Message stanza) {
    var envelope = Envelope.of(context, stanza);
    if (envelope.seen(context.draft())) {
      takeLateKeys(context, envelope);
      return Taken.as(repeated(context, envelope));
    }
    if (envelope.chat().isNewsletter()) {
      return plaintext(context, envelope);
    }
    if (stanza.encs().isEmpty()) {
      return stanza.unavailable().isPresent()
          ? unavailable(context, envelope)
          : Taken.as(rejected(context, envelope, UNRECOGNISED));
    }
    var opened = new ArrayList<Opened>();
    boolean history = false;
    for (var enc : stanza.encs()) {
      var one = open(context, envelope, enc);
      opened.add(one);
      if (one instanceof Opened.Read(Message message)) {
        history |= takeKeys(context, envelope, message);
      }
    }
    boolean read = opened.stream().anyMatch(Opened.Read.class::isInstance);
    return new Taken(
        verdict(context, envelope, opened, history),
        List.of(),
        read && unproven(context, envelope));
  }

  /// A message that the own phone had first may bring keys when its sender sends it again after
  /// all: what is under them couldn't be read without.
  private static void takeLateKeys(Context context, Envelope envelope) {
    if (!envelope.isResent()) {
      return;
    }
    for (var enc : envelope.stanza().encs()) {
      if (open(context, envelope, enc) instanceof Opened.Read(Message message)) {
        takeKeys(context, envelope, message);
      }
    }
  }

  /// As it was answered before: the server repeats what we said nothing to.
  private static Verdict repeated(Context context, Envelope envelope) {
    if (envelope.chat().isNewsletter()) {
      return new Verdict.AckOnly();
    }
    return envelope.peer()
        ? new Verdict.Peer(context.draft().retries(envelope.historyKey()) > 0)
        : new Verdict.Delivered();
  }

  private static boolean unproven(Context context, Envelope envelope) {
    return envelope
        .stanza()
        .deviceIdentity()
        .filter(proof -> !DeviceProof.fits(context.draft(), envelope.sender(), proof))
        .isPresent();
  }

  private static Opened open(Context context, Envelope envelope, Stanza.Enc enc) {
    return switch (enc.type()) {
      case Stanza.Enc.FIRST -> openRatchet(context, envelope, enc, Ciphertext.Type.PKMSG);
      case Stanza.Enc.FURTHER -> openRatchet(context, envelope, enc, Ciphertext.Type.MSG);
      case Stanza.Enc.GROUP -> openShared(context, envelope, enc);
      case Stanza.Enc.BOT -> new Opened.Unfit(MISSING_SECRET);
      default -> new Opened.Unfit(UNRECOGNISED);
    };
  }

  private static Opened openRatchet(
      Context context, Envelope envelope, Stanza.Enc enc, Ciphertext.Type type) {
    return switch (Ratchets.decrypt(context, envelope.sender(), type, enc.bytes())) {
      case Ratchet.Outcome.Plaintext plaintext -> parse(envelope, enc, plaintext.bytes());
      case Ratchet.Outcome.Duplicate _ -> new Opened.Repeated();
      case Ratchet.Outcome.Failed(var reason) -> new Opened.Unreadable(reason);
    };
  }

  private static Opened openShared(Context context, Envelope envelope, Stanza.Enc enc) {
    var chat = envelope.chat();
    if (!chat.isGroup() && !chat.isBroadcast()) {
      return new Opened.Unfit(UNRECOGNISED);
    }
    return switch (SenderKeys.decrypt(context, chat, envelope.sender(), enc.bytes())) {
      case SenderKey.Outcome.Plaintext plaintext -> parse(envelope, enc, plaintext.bytes());
      case SenderKey.Outcome.Duplicate _ -> new Opened.Repeated();
      case SenderKey.Outcome.Failed(var reason) -> new Opened.Unreadable(reason);
    };
  }

  /// Only the own devices may speak of what was sent elsewhere: another's word for it is nothing.
  private static Opened parse(Envelope envelope, Stanza.Enc enc, byte[] padded) {
    try {
      var message = Message.parseFrom(enc.version() == UNPADDED ? padded : Padding.unpad(padded));
      return new Opened.Read(
          envelope.fromMe() && message.hasDeviceSentMessage() ? unwrapped(message) : message);
    } catch (Forged _) {
      return new Opened.Unreadable(Ratchet.Reason.INVALID_MESSAGE);
    } catch (InvalidProtocolBufferException _) {
      return new Opened.Unfit(INVALID_PROTOBUF);
    }
  }

  /// The keys that stand beside the copy belong to us.
  static Message unwrapped(Message message) {
    var inner = message.getDeviceSentMessage().getMessage().toBuilder();
    if (message.hasSenderKeyDistributionMessage()) {
      inner.setSenderKeyDistributionMessage(message.getSenderKeyDistributionMessage());
    }
    return inner.build();
  }

  /// What a message brings for us and not for people. Whether it announced history.
  private static boolean takeKeys(Context context, Envelope envelope, Message message) {
    var key = message.getSenderKeyDistributionMessage();
    var group = Jid.tryParse(key.getGroupId()).orElse(envelope.chat());
    if (message.hasSenderKeyDistributionMessage() && takesKeyOf(context, envelope, group)) {
      try {
        SenderKeys.accept(
            context,
            group,
            envelope.sender(),
            key.getAxolotlSenderKeyDistributionMessage().toByteArray());
      } catch (Forged _) {
        // What was encrypted under it can't be read, and that is answered.
      }
    }
    boolean ownPhone = envelope.fromMe() && envelope.sender().device() == 0;
    return ownPhone
        && message.hasProtocolMessage()
        && PeerMessages.take(context, envelope, message.getProtocolMessage());
  }

  /// A key comes in the chat that it is for. Elsewhere a stranger could name groups without end, so
  /// there it must be one that is known; what is refused costs a retry receipt.
  private static boolean takesKeyOf(Context context, Envelope envelope, Jid group) {
    return envelope.fromMe()
        || group.equals(envelope.chat())
        || context.draft().group(group).isPresent();
  }

  private static Verdict verdict(
      Context context, Envelope envelope, List<Opened> opened, boolean history) {
    boolean unreadable =
        opened.stream().anyMatch(Opened.Unreadable.class::isInstance)
            || opened.stream().allMatch(Opened.Repeated.class::isInstance);
    if (unreadable && envelope.seenUnderPhone(context.draft())) {
      return repeated(context, envelope);
    }
    for (var one : opened) {
      if (one instanceof Opened.Unreadable(var reason)) {
        return undecryptable(context, envelope, reason);
      }
    }
    if (opened.stream().allMatch(Opened.Repeated.class::isInstance)) {
      // A used key under an id that was never taken: the sender has used it twice (Baileys does,
      // when it writes and reads at once). What the server repeats has been taken under its id.
      return undecryptable(context, envelope, Ratchet.Reason.UNKNOWN);
    }
    envelope.taken(context);
    Placeholders.settled(context, envelope);
    var unfit = opened.stream().flatMap(Inbound::errors).findFirst();
    if (envelope.peer() && unfit.isEmpty()) {
      if (history) {
        context.draft().retries(envelope.historyKey(), 1, context.now());
      }
      return new Verdict.Peer(history);
    }
    var reading = opened.stream().flatMap(Inbound::readings).findFirst();
    reading.ifPresent(it -> Letter.of(envelope).received(context, it));
    return unfit.isPresent() && reading.isEmpty()
        ? rejected(context, envelope, unfit.get())
        : new Verdict.Delivered();
  }

  /// It was opened, or was never closed, and says nothing that is known. Asking for it again
  /// wouldn't help, so it is told once and is done with.
  private static Verdict rejected(Context context, Envelope envelope, int error) {
    envelope.taken(context);
    var reason =
        switch (error) {
          case INVALID_PROTOBUF -> "invalid_content";
          case MISSING_SECRET -> "missing_secret";
          default -> "unrecognised";
        };
    if (!envelope.peer()) {
      Letter.of(envelope).undecryptable(context, reason, 0);
    }
    return new Verdict.Rejected(error);
  }

  private static Stream<Integer> errors(Opened one) {
    return one instanceof Opened.Unfit(int error) ? Stream.of(error) : Stream.empty();
  }

  private static Stream<Reading> readings(Opened one) {
    return one instanceof Opened.Read(var message) ? Reading.of(message).stream() : Stream.empty();
  }

  private static Verdict undecryptable(Context context, Envelope envelope, Ratchet.Reason reason) {
    int attempt = attempt(context, envelope);
    boolean first = context.draft().retries(envelope.retryKey()) == 0;
    context.draft().retries(envelope.retryKey(), attempt, context.now());
    Letter.of(envelope).undecryptable(context, reason.name().toLowerCase(Locale.ROOT), attempt);
    if (first && !envelope.peer()) {
      Placeholders.missed(context, envelope);
    }
    boolean withKeys =
        reason == Ratchet.Reason.NO_RATCHET || reason == Ratchet.Reason.INVALID_KEY_ID;
    return new Verdict.Undecryptable(reason.code(), attempt, withKeys);
  }

  /// One more than before: by our own count, or by the sender's when it has resent it already.
  private static int attempt(Context context, Envelope envelope) {
    long resent = envelope.stanza().encs().stream().mapToInt(Stanza.Enc::count).max().orElse(0);
    long asked = context.draft().retries(envelope.retryKey());
    return (int) Math.min(Math.max(asked, resent) + 1, Integer.MAX_VALUE);
  }

  /// Its content is on the phone only (view once, a hosted business …). The phone may have given it
  /// while only a number was known of its sender.
  private static Taken unavailable(Context context, Envelope envelope) {
    if (!envelope.seenUnderPhone(context.draft())
        && context.draft().retries(envelope.retryKey()) == 0) {
      context.draft().retries(envelope.retryKey(), 1, context.now());
      Letter.of(envelope).undecryptable(context, "unavailable", 1);
      Placeholders.unavailable(context, envelope);
    }
    return Taken.as(new Verdict.AckOnly());
  }

  /// A newsletter's messages aren't encrypted.
  private static Taken plaintext(Context context, Envelope envelope) {
    envelope.taken(context);
    var content = envelope.stanza().plaintext();
    try {
      if (content.isPresent()) {
        Reading.of(Message.parseFrom(content.get()))
            .ifPresent(reading -> Letter.of(envelope).received(context, reading));
      }
      return Taken.as(new Verdict.AckOnly());
    } catch (InvalidProtocolBufferException _) {
      return Taken.as(rejected(context, envelope, INVALID_PROTOBUF));
    }
  }
}
