package holdfast.device;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import holdfast.step.Iq;
import holdfast.store.GroupInfo;
import java.util.ArrayList;
import java.util.Optional;

/// Whom a group's message must reach, as WhatsApp tells it (protocol page 05 § 10).
public final class GroupMembers {
  private GroupMembers() {}

  public static Element query(Jid group) {
    return Iq.to(group, "get", "w:g2", Element.of("query").with("request", "interactive"));
  }

  /// Takes a `group` element into the draft: the group, and who is who among its members.
  public static GroupInfo take(Context context, Element group) {
    var id = group.require("id");
    var jid = id.indexOf('@') < 0 ? Jid.parse(id + "@" + Jid.GROUP_SERVER) : Jid.parse(id).bare();
    boolean lidAddressed = group.attribute("addressing_mode").equals(Optional.of("lid"));
    var members = new ArrayList<Jid>();
    for (var participant : group.children("participant")) {
      if (participant.attribute("error").isPresent()) {
        continue;
      }
      var member = member(context, participant);
      members.add(lidAddressed ? Addresses.known(context.draft(), member) : member);
    }
    var info =
        new GroupInfo(
            jid,
            group.attribute("subject").orElse(""),
            lidAddressed,
            members.stream().distinct().toList(),
            context.now());
    context.draft().group(info);
    return info;
  }

  /// A participant as the stanza names it, bare; its other form is learnt.
  public static Jid member(Context context, Element participant) {
    var jid = participant.requireJid("jid").bare();
    participant
        .jid("phone_number")
        .filter(_ -> jid.isLid())
        .ifPresent(phone -> Addresses.learn(context, phone.bare(), jid));
    participant
        .jid("lid")
        .filter(_ -> jid.isPhone())
        .ifPresent(lid -> Addresses.learn(context, jid, lid.bare()));
    return jid;
  }
}
