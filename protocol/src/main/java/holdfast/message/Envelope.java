package holdfast.message;

import holdfast.device.Addresses;
import holdfast.stanza.Jid;
import holdfast.stanza.Stanza;
import holdfast.step.Context;
import holdfast.store.Draft;
import java.util.Optional;

/// What the attributes of an incoming message say, before anything is decrypted (protocol page 05
/// § 5).
///
/// `chat`: bare. `sender`: the device that wrote it. `peer`: from the own phone to this companion
/// alone. `chat` and `sender` are in the LID domain where the LID is known.
record Envelope(Stanza.Message stanza, Jid chat, Jid sender, boolean fromMe, boolean peer) {

  /// Also learns who is who from the stanza's other addresses.
  static Envelope of(Context context, Stanza.Message stanza) {
    var origin = stanza.origin();
    boolean shared = origin.from().isGroup() || origin.from().isBroadcast();
    learn(context, Optional.of(origin.sender()), origin.senderAlias());
    learn(context, origin.recipient(), origin.recipientAlias());
    boolean fromMe = context.account().owns(origin.sender().bare());
    var chat = fromMe && !shared ? origin.recipient().orElse(origin.from()) : origin.from();
    var draft = context.draft();
    return new Envelope(
        stanza,
        Addresses.known(draft, chat.bare()),
        Addresses.known(draft, origin.sender()),
        fromMe,
        fromMe && stanza.isPeer() && origin.sender().device() == 0);
  }

  private static void learn(Context context, Optional<Jid> jid, Optional<Jid> alias) {
    if (jid.isPresent() && alias.isPresent()) {
      var one = jid.get().bare();
      var other = alias.get().bare();
      Addresses.learn(context, one.isPhone() ? one : other, one.isPhone() ? other : one);
    }
  }

  String id() {
    return stanza.id();
  }

  /// Whether this message was taken before (R31). One that was taken while only its phone number
  /// was known isn't found under the LID: there the ratchet tells, it opens nothing twice. What is
  /// sent again stands under other keys, so for that the number is looked at as well.
  boolean seen(Draft draft) {
    return draft.seen(chat, sender.bare(), id()) || (isResent() && seenUnderPhone(draft));
  }

  /// Whether its sender has encrypted it anew because we asked.
  boolean isResent() {
    return stanza.encs().stream().anyMatch(enc -> enc.count() > 0);
  }

  /// Whether it was taken while only a phone number was known of its sender or its chat. The
  /// ratchet moves when the LID becomes known and says that the key was used; what was noted as
  /// taken doesn't move.
  boolean seenUnderPhone(Draft draft) {
    return Letter.of(this).seen(draft);
  }

  void taken(Context context) {
    context.draft().taken(chat, sender.bare(), id(), context.now());
  }

  /// Names the durable counter of this message's retries.
  String retryKey() {
    return "in|" + chat + "|" + sender + "|" + id();
  }

  /// Names the note that this message announced history.
  String historyKey() {
    return "history|" + id();
  }
}
