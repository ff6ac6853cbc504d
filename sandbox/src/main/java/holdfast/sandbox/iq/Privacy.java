package holdfast.sandbox.iq;

import holdfast.stanza.Element;
import java.util.List;

/// `privacy`: who may see what, and the tokens by which accounts show that they know each other.
final class Privacy implements Namespace {
  private static final int TOKEN_BYTES = 16;

  @Override
  public List<Element> answer(Request request) {
    if (!request.isSet()) {
      var categories =
          request.account().privacy().entrySet().stream()
              .map(entry -> category(entry.getKey(), entry.getValue()))
              .toList();
      return List.of(Element.of("privacy").containing(categories));
    }
    return request.subject().equals("tokens") ? tokens(request) : settings(request);
  }

  private static List<Element> settings(Request request) {
    var account = request.account();
    var changed = request.iq().requireChild("privacy").children("category");
    for (var category : changed) {
      account.setPrivacy(category.require("name"), category.require("value"));
    }
    var answer =
        Element.of("privacy")
            .containing(
                changed.stream()
                    .map(it -> category(it.require("name"), it.require("value")))
                    .toList());
    var notice =
        request.world().notification(account.phoneJid(), "account_sync").containing(answer);
    account.others(request.device()).forEach(other -> other.deliver(notice));
    return List.of(answer);
  }

  private static Element category(String name, String value) {
    return Element.of("category").with("name", name).with("value", value);
  }

  private static List<Element> tokens(Request request) {
    var world = request.world();
    for (var token : request.child().children("token")) {
      var to = token.jid("jid").flatMap(world::account);
      if (to.isEmpty()) {
        continue;
      }
      var bytes = new byte[TOKEN_BYTES];
      world.random().nextBytes(bytes);
      var from = request.account();
      var notice =
          world
              .notification(from.phoneJid(), "privacy_token")
              .with("sender_lid", from.lidJid())
              .containing(
                  Element.of("tokens")
                      .containing(
                          Element.of("token")
                              .with("type", "trusted_contact")
                              .with("t", token.number("t").orElse(world.now()))
                              .containing(bytes)));
      world.notify(List.of(to.get()), notice);
    }
    return List.of();
  }
}
