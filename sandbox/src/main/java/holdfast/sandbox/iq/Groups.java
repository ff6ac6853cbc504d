package holdfast.sandbox.iq;

import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.Group;
import holdfast.stanza.Element;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// `w:g2`: groups, asked for and changed (protocol page 05 § 10).
final class Groups implements Namespace {
  private static final Set<String> MEMBER_CHANGES = Set.of("add", "remove", "promote", "demote");

  @Override
  public List<Element> answer(Request request) {
    var subject = request.subject();
    if (request.isSet()) {
      return switch (subject) {
        case "create" -> create(request);
        case "leave" -> leave(request);
        case "invite" ->
            request.iq().requireJid("to").user().isEmpty() ? join(request) : renew(request);
        default -> change(request, subject);
      };
    }
    return switch (subject) {
      case "participating" -> participating(request);
      case "query" -> List.of(GroupForm.whole(request.world(), mine(request)));
      case "invite" -> invite(request);
      case "membership_approval_requests" -> requests(request);
      default -> throw IqRefused.notImplemented();
    };
  }

  // ---- asked for

  private static Group group(Request request) {
    return request.world().group(request.iq().requireJid("to")).orElseThrow(IqRefused::notFound);
  }

  private static Group mine(Request request) {
    var group = group(request);
    if (!group.has(request.account())) {
      throw IqRefused.forbidden();
    }
    return group;
  }

  private static List<Element> participating(Request request) {
    var groups =
        request.world().groups().stream()
            .filter(group -> group.has(request.account()))
            .map(group -> GroupForm.whole(request.world(), group))
            .toList();
    return List.of(Element.of("groups").containing(groups));
  }

  private static List<Element> invite(Request request) {
    var code = request.child().attribute("code");
    if (code.isEmpty()) {
      return List.of(Element.of("invite").with("code", mine(request).inviteCode()));
    }
    return List.of(GroupForm.whole(request.world(), byCode(request, code.get())));
  }

  private static Group byCode(Request request, String code) {
    return request.world().groups().stream()
        .filter(group -> group.inviteCode().equals(code))
        .findFirst()
        .orElseThrow(IqRefused::notFound);
  }

  private static List<Element> requests(Request request) {
    var world = request.world();
    var asking =
        mine(request).requests().stream()
            .flatMap(lid -> world.byLid(lid).stream())
            .map(
                account ->
                    Element.of("membership_approval_request")
                        .with("jid", account.lidJid())
                        .with("request_time", world.now()))
            .toList();
    return List.of(Element.of("membership_approval_requests").containing(asking));
  }

  // ---- changed

  private static List<Element> create(Request request) {
    var world = request.world();
    var asked = request.child();
    var group = world.makeGroup(asked.require("subject"), request.account());
    for (var participant : asked.children("participant")) {
      world
          .account(participant.requireJid("jid"))
          .filter(account -> !group.has(account))
          .ifPresent(account -> group.put(account, Group.Role.MEMBER));
    }
    asked.child("ephemeral").flatMap(it -> it.number("expiration")).ifPresent(group::setExpiration);
    GroupChanges.created(world, group, request.account());
    return List.of(GroupForm.whole(world, group));
  }

  private static List<Element> leave(Request request) {
    var world = request.world();
    for (var asked : request.child().children("group")) {
      var group = world.group(asked.requireJid("id")).orElseThrow(IqRefused::notFound);
      GroupChanges.removed(world, group, request.account(), List.of(request.account()));
    }
    return List.of(request.child());
  }

  private static List<Element> renew(Request request) {
    var group = administered(request);
    group.setInviteCode(request.world().newCode());
    return List.of(Element.of("invite").with("code", group.inviteCode()));
  }

  private static List<Element> join(Request request) {
    var world = request.world();
    var group = byCode(request, request.child().require("code"));
    var account = request.account();
    if (group.settings().contains("membership_approval_mode")) {
      group.setRequested(account, true);
      return List.of(Element.of("membership_approval_request").with("jid", group.jid()));
    }
    GroupChanges.added(world, group, account, List.of(account), "invite");
    return List.of(Element.of("group").with("jid", group.jid()));
  }

  private static Group administered(Request request) {
    var group = mine(request);
    if (!group.isAdmin(request.account())) {
      throw IqRefused.forbidden();
    }
    return group;
  }

  private static List<Element> change(Request request, String subject) {
    if (MEMBER_CHANGES.contains(subject)) {
      return members(request, subject);
    }
    if (subject.equals("membership_requests_action")) {
      return decide(request);
    }
    var group = mine(request);
    if (group.settings().contains("locked") && !group.isAdmin(request.account())) {
      throw IqRefused.forbidden();
    }
    GroupChanges.setting(request.world(), group, request.account(), request.child());
    return List.of();
  }

  private static List<Element> members(Request request, String change) {
    boolean open = change.equals("add") && !mine(request).settings().contains("admin_add");
    var group = open ? mine(request) : administered(request);
    var world = request.world();
    var concerned = accounts(request, request.child());
    switch (change) {
      case "add" -> GroupChanges.added(world, group, request.account(), concerned, "");
      case "remove" -> GroupChanges.removed(world, group, request.account(), concerned);
      case "promote" ->
          GroupChanges.role(world, group, request.account(), concerned, Group.Role.ADMIN);
      default -> GroupChanges.role(world, group, request.account(), concerned, Group.Role.MEMBER);
    }
    return List.of(
        Element.of(change).containing(concerned.stream().map(GroupForm::participant).toList()));
  }

  private static List<Element> decide(Request request) {
    var group = administered(request);
    var world = request.world();
    for (var action : request.child().children()) {
      var concerned = accounts(request, action);
      concerned.forEach(account -> group.setRequested(account, false));
      if (action.is("approve")) {
        GroupChanges.added(world, group, request.account(), concerned, "");
      }
    }
    return List.of(request.child());
  }

  private static List<Account> accounts(Request request, Element parent) {
    var accounts = new LinkedHashSet<Account>();
    for (var participant : parent.children("participant")) {
      request.world().account(participant.requireJid("jid")).ifPresent(accounts::add);
    }
    return List.copyOf(accounts);
  }
}
