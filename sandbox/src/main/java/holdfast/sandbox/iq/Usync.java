package holdfast.sandbox.iq;

import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.World;
import holdfast.stanza.Attribute;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `usync`: who is on WhatsApp, under which LID, with which devices (protocol page 08 § 5).
final class Usync implements Namespace {
  @Override
  public List<Element> answer(Request request) {
    var asked = request.iq().requireChild("usync");
    var query = asked.requireChild("query").children();
    var users =
        asked.requireChild("list").children("user").stream()
            .map(user -> user(request.world(), query, user))
            .toList();
    var head = Element.of("usync");
    for (var name : List.of("sid", "mode", "context")) {
      head = head.with(name, asked.attribute(name).map(Attribute.Text::new));
    }
    return List.of(
        head.with("index", 0)
            .with("last", "true")
            .containing(
                Element.of("result").containing(Element.of("devices")),
                Element.of("list").containing(users)));
  }

  private static Element user(World world, List<Element> query, Element user) {
    var jid = user.jid("jid");
    return jid.isPresent()
        ? known(world, query, jid.get())
        : looked(world, query, user.requireChild("contact").text());
  }

  private static Element known(World world, List<Element> query, Jid jid) {
    var account = world.account(jid);
    var content = new ArrayList<Element>();
    for (var protocol : query) {
      answer(protocol, jid, account, jid.user()).ifPresent(content::add);
    }
    return Element.of("user").with("jid", jid).containing(content);
  }

  /// By phone number: `+1555…`, or `1555…@c.us`.
  private static Element looked(World world, List<Element> query, String text) {
    var at = text.indexOf('@');
    var number = (at < 0 ? text : text.substring(0, at)).replace("+", "");
    var account = world.byPhone(number);
    boolean byLid =
        query.stream()
            .anyMatch(it -> it.attribute("addressing_mode").filter("lid"::equals).isPresent());
    var jid = account.filter(_ -> byLid).map(Account::lidJid).orElse(Jid.phone(number));
    var content = new ArrayList<Element>();
    for (var protocol : query) {
      answer(protocol, jid, account, text).ifPresent(content::add);
    }
    var user = Element.of("user").with("jid", jid);
    return (jid.isLid() ? user.with("pn_jid", Jid.phone(number)) : user).containing(content);
  }

  private static Optional<Element> answer(
      Element protocol, Jid jid, Optional<Account> account, String asked) {
    return switch (protocol.tag()) {
      case "devices" -> Optional.of(account.map(Usync::devices).orElseGet(Usync::noDevices));
      case "lid" ->
          account.filter(_ -> jid.isPhone()).map(it -> Element.of("lid").with("val", it.lidJid()));
      case "contact" ->
          Optional.of(
              Element.of("contact")
                  .with("type", account.isPresent() ? "in" : "out")
                  .containing(asked));
      case "status" ->
          account.map(it -> Element.of("status").with("t", it.aboutAt()).containing(it.about()));
      case "picture" ->
          account.flatMap(Account::pictureId).map(id -> Element.of("picture").with("id", id));
      case "disappearing_mode" ->
          account.map(
              it ->
                  Element.of("disappearing_mode").with("duration", it.defaultTimer()).with("t", 0));
      default -> Optional.empty();
    };
  }

  private static Element devices(Account account) {
    var list =
        account.devices().stream()
            .map(
                device -> {
                  var element = Element.of("device").with("id", device.number());
                  return device.isPrimary()
                      ? element
                      : element.with("key-index", device.bond().keyIndex());
                })
            .toList();
    return Element.of("devices").containing(Element.of("device-list").containing(list));
  }

  private static Element noDevices() {
    return Element.of("devices").containing(Element.of("error").with("code", 404));
  }
}
