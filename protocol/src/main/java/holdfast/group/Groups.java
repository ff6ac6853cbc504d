package holdfast.group;

import holdfast.device.Addresses;
import holdfast.device.GroupMembers;
import holdfast.device.SenderKeys;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.Stanza;
import holdfast.step.Context;
import holdfast.store.GroupInfo;
import java.util.LinkedHashSet;
import java.util.List;

/// What becomes of the groups that are known, as `w:gp2` notifications tell it (protocol page 05
/// § 9, § 10).
///
/// Who has left holds our sender key: it is used no more. What can't be followed is forgotten and
/// asked for before the next message.
public final class Groups {
  private Groups() {}

  public static void notified(Context context, Stanza.Notification notification) {
    var group = notification.origin().from().bare();
    if (!group.isGroup()) {
      return;
    }
    for (var change : notification.element().children()) {
      changed(context, group, change);
    }
  }

  private static void changed(Context context, Jid group, Element change) {
    switch (change.tag()) {
      case "create" -> change.child("group").ifPresent(it -> GroupMembers.take(context, it));
      case "add" -> joined(context, group, members(context, change));
      case "remove", "leave" -> left(context, group, members(context, change));
      // Somebody goes on under another address.
      case "modify", "delete" -> {
        context.draft().forgetGroup(group);
        SenderKeys.retire(context, group);
      }
      case "subject" ->
          change.attribute("subject").ifPresent(subject -> renamed(context, group, subject));
      default -> {} // rights, pictures, invitations: nothing that a message depends on
    }
  }

  private static List<Jid> members(Context context, Element change) {
    return change.children("participant").stream()
        .map(participant -> GroupMembers.member(context, participant))
        .toList();
  }

  private static void joined(Context context, Jid group, List<Jid> members) {
    context
        .draft()
        .group(group)
        .ifPresent(
            info -> {
              var all = new LinkedHashSet<>(info.members());
              members.forEach(member -> all.add(inDomain(context, info, member)));
              context.draft().group(with(info, List.copyOf(all)));
            });
  }

  private static void left(Context context, Jid group, List<Jid> members) {
    SenderKeys.retire(context, group);
    context
        .draft()
        .group(group)
        .ifPresent(
            info -> {
              var gone =
                  members.stream().map(member -> Addresses.known(context.draft(), member)).toList();
              var rest =
                  info.members().stream()
                      .filter(it -> !gone.contains(Addresses.known(context.draft(), it)))
                      .toList();
              context.draft().group(with(info, rest));
            });
  }

  private static void renamed(Context context, Jid group, String subject) {
    context
        .draft()
        .group(group)
        .ifPresent(
            info ->
                context
                    .draft()
                    .group(
                        new GroupInfo(
                            info.jid(), subject, info.lidAddressed(), info.members(), info.at())));
  }

  /// As the group addresses its members.
  private static Jid inDomain(Context context, GroupInfo info, Jid member) {
    return info.lidAddressed()
        ? Addresses.known(context.draft(), member)
        : Addresses.phoneForm(context.draft(), member).orElse(member);
  }

  private static GroupInfo with(GroupInfo info, List<Jid> members) {
    return new GroupInfo(info.jid(), info.subject(), info.lidAddressed(), members, info.at());
  }
}
