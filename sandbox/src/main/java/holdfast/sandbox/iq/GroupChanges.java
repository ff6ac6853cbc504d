package holdfast.sandbox.iq;

import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.Group;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// Changes of a group: made, and told to all members, old and new (protocol page 08 § 6). Used by
/// the iqs of companions and by the control interface alike.
public final class GroupChanges {
  private GroupChanges() {}

  public static void created(World world, Group group, Account actor) {
    var change =
        Element.of("create")
            .with("type", "new")
            .with("reason", "invite")
            .containing(GroupForm.whole(world, group));
    tell(world, group, actor, change, List.of());
  }

  /// Those who are members already are left out. `reason` is empty or `invite`.
  public static void added(
      World world, Group group, Account actor, List<Account> accounts, String reason) {
    var fresh = accounts.stream().filter(account -> !group.has(account)).toList();
    fresh.forEach(account -> group.put(account, Group.Role.MEMBER));
    if (!fresh.isEmpty()) {
      var change = participants("add", group, fresh);
      tell(
          world,
          group,
          actor,
          reason.isEmpty() ? change : change.with("reason", reason),
          List.of());
    }
  }

  public static void removed(World world, Group group, Account actor, List<Account> accounts) {
    var leaving = accounts.stream().filter(group::has).toList();
    leaving.forEach(group::remove);
    if (!leaving.isEmpty()) {
      tell(world, group, actor, participants("remove", group, leaving), leaving);
      world.eraseWhenEmpty(group);
    }
  }

  static void role(
      World world, Group group, Account actor, List<Account> accounts, Group.Role role) {
    var concerned = accounts.stream().filter(group::has).toList();
    concerned.forEach(account -> group.put(account, role));
    var change = role == Group.Role.MEMBER ? "demote" : "promote";
    tell(world, group, actor, participants(change, group, concerned), List.of());
  }

  /// @throws IqRefused for a setting that isn't known
  static void setting(World world, Group group, Account actor, Element asked) {
    var change =
        switch (asked.tag()) {
          case "subject" -> subject(world, group, actor, asked.text());
          case "description" -> description(world, group, actor, asked);
          case "announcement", "locked" -> flag(group, asked.tag(), true, asked.tag());
          case "not_announcement" -> flag(group, "announcement", false, asked.tag());
          case "unlocked" -> flag(group, "locked", false, asked.tag());
          case "ephemeral" -> expiration(group, asked.number("expiration").orElse(0L));
          case "not_ephemeral" -> expiration(group, 0);
          case "member_add_mode" -> {
            group.set("admin_add", asked.text().equals("admin_add"));
            yield Element.of("member_add_mode").containing(asked.text());
          }
          case "membership_approval_mode" -> {
            var state = asked.requireChild("group_join").require("state");
            group.set("membership_approval_mode", state.equals("on"));
            yield GroupForm.approval(state);
          }
          default -> throw IqRefused.badRequest();
        };
    tell(world, group, actor, change, List.of());
  }

  private static Element subject(World world, Group group, Account actor, String text) {
    group.setSubject(new Group.Signed("", text, actor.lid(), world.now()));
    return Element.of("subject")
        .with("subject", text)
        .with("s_t", world.now())
        .with("s_o", actor.lidJid());
  }

  private static Element description(World world, Group group, Account actor, Element asked) {
    var id = asked.attribute("id").orElseGet(world::nextId);
    boolean deletes = asked.attribute("delete").isPresent() || asked.child("body").isEmpty();
    var text = deletes ? "" : asked.requireChild("body").text();
    group.setDescription(new Group.Signed(id, text, actor.lid(), world.now()));
    return Element.of("description")
        .with("id", id)
        .containing(deletes ? Element.of("delete") : Element.of("body").containing(text));
  }

  private static Element flag(Group group, String setting, boolean on, String tag) {
    group.set(setting, on);
    return Element.of(tag).with("v_id", group.version());
  }

  private static Element expiration(Group group, long seconds) {
    group.setExpiration(seconds);
    return seconds > 0
        ? Element.of("ephemeral").with("expiration", seconds)
        : Element.of("not_ephemeral");
  }

  private static Element participants(String change, Group group, List<Account> accounts) {
    return Element.of(change)
        .with("v_id", group.version())
        .with("prev_v_id", group.version() - 1)
        .containing(accounts.stream().map(GroupForm::participant).toList());
  }

  private static void tell(
      World world, Group group, Account actor, Element change, List<Account> gone) {
    var people = new ArrayList<Account>(world.members(group));
    people.addAll(gone);
    world.notify(
        new LinkedHashSet<>(people),
        world
            .notification(group.jid(), "w:gp2")
            .with("participant", actor.lidJid())
            .with("participant_pn", actor.phoneJid())
            .with("notify", actor.pushName())
            .with("addressing_mode", "lid")
            .containing(change));
  }
}
