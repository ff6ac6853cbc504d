package holdfast.sandbox.iq;

import holdfast.sandbox.world.Account;
import holdfast.stanza.Element;
import java.util.ArrayList;
import java.util.List;

/// `w:profile:picture`: the faces of accounts.
final class Pictures implements Namespace {
  @Override
  public List<Element> answer(Request request) {
    return request.isSet() ? set(request) : get(request);
  }

  private static List<Element> get(Request request) {
    var target = request.iq().jid("target");
    var account =
        target.isPresent()
            ? request.world().account(target.get()).orElseThrow(IqRefused::notFound)
            : request.account();
    var id = account.pictureId().orElseThrow(IqRefused::notFound);
    var path = "/v/picture/" + account.lid() + "/" + id + ".jpg?ccb=1";
    return List.of(
        Element.of("picture")
            .with("id", id)
            .with("type", "image")
            .with("url", "https://" + request.world().mediaHost() + path)
            .with("direct_path", path));
  }

  private static List<Element> set(Request request) {
    var account = request.account();
    var picture = request.iq().child("picture");
    if (request.iq().jid("target").filter(it -> it.isGroup()).isPresent()) {
      return List.of(Element.of("picture").with("id", request.world().now()));
    }
    if (picture.isEmpty()) {
      account.removePicture();
      tell(request, Element.of("delete").with("jid", account.lidJid()));
      return List.of();
    }
    var id = Long.toString(request.world().now());
    account.setPicture(id, picture.get().bytes());
    tell(request, Element.of("set").with("jid", account.lidJid()).with("id", id));
    return List.of(Element.of("picture").with("id", id));
  }

  private static void tell(Request request, Element change) {
    var account = request.account();
    var people = new ArrayList<Account>();
    account.contacts().forEach(it -> request.world().byPhone(it).ifPresent(people::add));
    request
        .world()
        .notify(
            people,
            request
                .world()
                .notification(account.lidJid(), "picture")
                .containing(change.with("author", account.lidJid())));
  }
}
