package holdfast.device;

import holdfast.signal.Ciphertext;
import holdfast.signal.Padding;
import holdfast.signal.SenderKey;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/// Sender keys: one of our own for each group, and those that the members' devices gave us.
///
/// Our own is kept under our LID whatever the group's addressing: that name is never sent.
public final class SenderKeys {
  private SenderKeys() {}

  /// Makes sure that there is an own key of this group that nobody outside `members` holds. Those
  /// of `members` that still have to be given it are the answer. All as addresses of records.
  public static List<Jid> ready(Context context, Jid group, Collection<Jid> members) {
    var draft = context.draft();
    var self = context.account().lid();
    var allowed = new HashSet<>(members);
    if (!allowed.containsAll(draft.holdersOfSenderKey(group))) {
      retire(context, group);
    }
    var key = draft.senderKey(group, self);
    if (!key.canSend()) {
      key = key.rotate(context.random());
      draft.senderKey(group, self, key);
    }
    return draft.withoutSenderKey(group, key.keyId(), members);
  }

  /// Whom [#ready] would name; changes nothing.
  public static List<Jid> lacking(Context context, Jid group, Collection<Jid> members) {
    var draft = context.draft();
    var key = draft.senderKey(group, context.account().lid());
    boolean keeps =
        key.canSend() && new HashSet<>(members).containsAll(draft.holdersOfSenderKey(group));
    return keeps ? draft.withoutSenderKey(group, key.keyId(), members) : List.copyOf(members);
  }

  /// What a device needs to read from now on. @throws IllegalStateException before [#ready]
  public static byte[] distribution(Context context, Jid group) {
    return context.draft().senderKey(group, context.account().lid()).distribution();
  }

  public static void given(Context context, Jid group, Collection<Jid> devices) {
    var key = context.draft().senderKey(group, context.account().lid());
    context.draft().senderKeyGiven(group, key.keyId(), devices);
  }

  /// Pads, encrypts and writes our key. @throws IllegalStateException before [#ready]
  public static Ciphertext encrypt(Context context, Jid group, byte[] plaintext) {
    var self = context.account().lid();
    var padded = Padding.pad(plaintext, context.random());
    var encrypted = context.draft().senderKey(group, self).encrypt(padded, context.random());
    context.draft().senderKey(group, self, encrypted.next());
    return encrypted.ciphertext();
  }

  /// Writes the sender's key, on success only. The bytes of the outcome are still padded.
  public static SenderKey.Outcome decrypt(Context context, Jid group, Jid sender, byte[] bytes) {
    var address = Addresses.known(context.draft(), sender);
    var outcome = context.draft().senderKey(group, address).decrypt(bytes);
    if (outcome instanceof SenderKey.Outcome.Plaintext plaintext) {
      context.draft().senderKey(group, address, plaintext.next());
    }
    return outcome;
  }

  /// Takes the key that a device gave us. @throws holdfast.crypto.Forged when it isn't one
  public static void accept(Context context, Jid group, Jid sender, byte[] distribution) {
    var address = Addresses.known(context.draft(), sender);
    var next = context.draft().senderKey(group, address).accept(distribution);
    context.draft().senderKey(group, address, next);
  }

  /// Our key of this group is used no more: the next message makes a new one and gives it to all.
  public static void retire(Context context, Jid group) {
    context.draft().forgetSenderKeyShares(group);
    context.draft().forgetSenderKey(group, context.account().lid());
  }

  /// Retires our keys of all groups in which a device of this account holds one.
  public static void retireSharedWith(Context context, Jid user) {
    context.draft().groupsSharedWith(user).forEach(group -> retire(context, group));
  }
}
