package holdfast.sandbox.iq;

import holdfast.sandbox.world.Account;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.List;

/// `blocklist`: whom an account doesn't want to hear from.
final class Blocklist implements Namespace {
  @Override
  public List<Element> answer(Request request) {
    var account = request.account();
    if (!request.isSet()) {
      return List.of(list(account));
    }
    var item = request.iq().requireChild("item");
    var blocked = request.world().account(item.requireJid("jid")).orElseThrow(IqRefused::notFound);
    boolean block = item.require("action").equals("block");
    account.setBlocked(blocked.lid(), block);
    var change =
        request
            .world()
            .notification(account.phoneJid(), "account_sync")
            .containing(
                Element.of("blocklist")
                    .with("dhash", dhash(account))
                    .with("action", "modify")
                    .containing(
                        Element.of("item")
                            .with("jid", blocked.lidJid())
                            .with("action", block ? "block" : "unblock")));
    account.others(request.device()).forEach(other -> other.deliver(change));
    return List.of(list(account).with("matched", "true"));
  }

  private static Element list(Account account) {
    var items =
        account.blocked().stream()
            .map(lid -> Element.of("item").with("jid", Jid.lid(lid)))
            .toList();
    return Element.of("list").with("dhash", dhash(account)).containing(items);
  }

  private static String dhash(Account account) {
    return "b" + Integer.toHexString(account.blocked().hashCode());
  }
}
