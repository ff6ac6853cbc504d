package holdfast.device;

import holdfast.signal.SenderKey;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import holdfast.store.Account;
import holdfast.store.Draft;
import holdfast.store.Person;
import java.util.Optional;
import java.util.regex.Pattern;

/// Who is who: an account has a phone number and a LID, and either may be all that is known.
///
/// Records are kept under the LID wherever it is known (protocol page 04 § 7). Nothing is guessed:
/// without a mapping there is no other form.
public final class Addresses {
  /// E.164 allows 15 digits; none begins with 0.
  private static final Pattern PHONE = Pattern.compile("[1-9][0-9]{4,14}");

  private Addresses() {}

  /// The address under which records are kept: the LID form when it is known, with the same device;
  /// else `jid` itself.
  public static Jid known(Draft draft, Jid jid) {
    if (!jid.isPhone()) {
      return jid;
    }
    return own(draft)
        .filter(account -> account.jid().user().equals(jid.user()))
        .map(account -> account.lid().withDevice(jid.device()))
        .or(() -> draft.lidOf(jid))
        .map(lid -> onServer(lid, jid, Jid.HOSTED_SERVER, Jid.HOSTED_LID_SERVER))
        .orElse(jid);
  }

  /// The phone-number form with the same device.
  public static Optional<Jid> phoneForm(Draft draft, Jid jid) {
    if (jid.isPhone()) {
      return Optional.of(jid);
    }
    if (!jid.isLid()) {
      return Optional.empty();
    }
    return own(draft)
        .filter(account -> account.lid().user().equals(jid.user()))
        .map(account -> account.jid().withDevice(jid.device()))
        .or(() -> draft.phoneOf(jid))
        .map(phone -> onServer(phone, jid, Jid.HOSTED_LID_SERVER, Jid.HOSTED_SERVER));
  }

  private static Optional<Account> own(Draft draft) {
    return draft.control().account();
  }

  /// A hosted device stays a hosted device in the other domain.
  private static Jid onServer(Jid found, Jid asked, String hosted, String hostedThere) {
    return asked.server().equals(hosted)
        ? new Jid(found.user(), hostedThere, found.device(), 0)
        : found;
  }

  /// What may be said of an account, a group or a list.
  public static Person person(Draft draft, Jid jid, Optional<String> pushName) {
    var bare = jid.bare();
    var phone = phoneForm(draft, bare);
    var lid = Optional.of(known(draft, bare)).filter(Jid::isLid);
    var number =
        phone.map(Jid::user).filter(user -> PHONE.matcher(user).matches()).map(user -> "+" + user);
    return new Person(phone.orElse(bare), number, lid, pushName);
  }

  /// Notes that a phone number and a LID are one account. What was kept under the phone number
  /// moves: ratchets, identities and sender keys of all its devices. What exists under the LID
  /// already is newer and stays.
  public static void learn(Context context, Jid phone, Jid lid) {
    if (!phone.isPhone() || !lid.isLid() || phone.user().isEmpty() || lid.user().isEmpty()) {
      return;
    }
    var account = context.account();
    boolean ownPhone = account.jid().user().equals(phone.user());
    boolean ownLid = account.lid().user().equals(lid.user());
    if (ownPhone != ownLid) {
      return;
    }
    var draft = context.draft();
    var oldAddress = Jid.phone(phone.user());
    var newAddress = Jid.lid(lid.user());
    if (draft.mapping(oldAddress, newAddress)) {
      move(draft, oldAddress, newAddress);
    }
  }

  /// A sender key comes only over a ratchet, so without ratchets there is nothing else to move.
  private static void move(Draft draft, Jid from, Jid to) {
    for (var device : draft.devicesWithRatchet(from)) {
      var target = to.withDevice(device.device());
      if (!draft.ratchet(target).isOpen()) {
        draft.ratchet(target, draft.ratchet(device));
        draft.identity(device).ifPresent(key -> draft.identity(target, key));
      }
      draft.forgetRatchet(device);
      draft.forgetIdentity(device);
      for (var group : draft.groupsKeyedBy(device)) {
        if (draft.senderKey(group, target).equals(SenderKey.NONE)) {
          draft.senderKey(group, target, draft.senderKey(group, device));
        }
        draft.forgetSenderKey(group, device);
      }
    }
    draft
        .deviceList(from)
        .filter(_ -> draft.deviceList(to).isEmpty())
        .ifPresent(list -> draft.deviceList(to, list));
    draft.forgetDeviceList(from);
  }
}
