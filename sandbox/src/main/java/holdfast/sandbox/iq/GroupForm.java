package holdfast.sandbox.iq;

import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.Group;
import holdfast.sandbox.world.World;
import holdfast.stanza.Attribute;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Groups as elements (protocol page 05 § 10).
final class GroupForm {
  private GroupForm() {}

  /// Everything about a group.
  static Element whole(World world, Group group) {
    var content = new ArrayList<Element>();
    group
        .members()
        .forEach(
            (lid, role) ->
                world.byLid(lid).ifPresent(account -> content.add(member(account, role))));
    description(group).ifPresent(content::add);
    for (var setting : List.of("announcement", "locked")) {
      if (group.settings().contains(setting)) {
        content.add(Element.of(setting));
      }
    }
    if (group.expiration() > 0) {
      content.add(Element.of("ephemeral").with("expiration", group.expiration()));
    }
    content.add(
        Element.of("member_add_mode")
            .containing(group.settings().contains("admin_add") ? "admin_add" : "all_member_add"));
    if (group.settings().contains("membership_approval_mode")) {
      content.add(approval("on"));
    }
    return head(world, group).containing(content);
  }

  static Element approval(String state) {
    return Element.of("membership_approval_mode")
        .containing(Element.of("group_join").with("state", state));
  }

  private static Element head(World world, Group group) {
    var subject = group.subject();
    return Element.of("group")
        .with("id", group.id())
        .with("creator", Jid.lid(group.creator()))
        .with("creator_pn", phone(world, group.creator()))
        .with("creation", group.createdAt())
        .with("subject", subject.text())
        .with("s_t", subject.at())
        .with("s_o", Jid.lid(subject.by()))
        .with("s_o_pn", phone(world, subject.by()))
        .with("size", group.members().size())
        .with("addressing_mode", "lid")
        .with("a_v_id", group.version())
        .with("p_v_id", group.version());
  }

  static Optional<Attribute> phone(World world, String lid) {
    return world.byLid(lid).map(Account::phoneJid);
  }

  static Element member(Account account, Group.Role role) {
    return participant(account).with("type", role.wire().map(Attribute.Text::new));
  }

  static Element participant(Account account) {
    return Element.of("participant")
        .with("jid", account.lidJid())
        .with("phone_number", account.phoneJid());
  }

  private static Optional<Element> description(Group group) {
    var description = group.description();
    if (description.text().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Element.of("description")
            .with("id", description.id())
            .with("participant", Jid.lid(description.by()))
            .with("t", description.at())
            .containing(Element.of("body").containing(description.text())));
  }
}
