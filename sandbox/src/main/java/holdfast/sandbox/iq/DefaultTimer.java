package holdfast.sandbox.iq;

import holdfast.stanza.Element;
import java.util.List;

/// `disappearing_mode`: how long messages of new chats live.
final class DefaultTimer implements Namespace {
  @Override
  public List<Element> answer(Request request) {
    var account = request.account();
    long seconds = request.iq().requireChild("disappearing_mode").number("duration").orElse(0L);
    account.setDefaultTimer(seconds);
    var notice =
        request
            .world()
            .notification(account.phoneJid(), "account_sync")
            .containing(
                Element.of("disappearing_mode")
                    .with("duration", seconds)
                    .with("t", request.world().now()));
    account.others(request.device()).forEach(other -> other.deliver(notice));
    return List.of();
  }
}
