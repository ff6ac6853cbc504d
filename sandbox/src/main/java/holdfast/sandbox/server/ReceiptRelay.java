package holdfast.sandbox.server;

import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Route;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Carries a receipt back to whom it concerns (protocol page 08 § 6).
final class ReceiptRelay {
  /// These speak to the phone of the own account.
  private static final Set<String> FOR_PHONE = Set.of("peer_msg", "hist_sync", "server-error");

  private final World world;

  ReceiptRelay(World world) {
    this.world = world;
  }

  void receipt(Device from, Element receipt) {
    var type = receipt.attribute("type").orElse("");
    for (var id : ids(receipt)) {
      world.observeReceipt(from, receipt, id);
      from.queue().acknowledge("message", id, receipt.jid("to"), receipt.jid("participant"));
    }
    acknowledge(from, receipt);
    if (FOR_PHONE.contains(type)) {
      toPhone(from, receipt);
      return;
    }
    var route = world.routes().find(receipt.require("id"), receipt.requireJid("to"));
    if (route.isEmpty()) {
      return;
    }
    switch (type) {
      case "retry" -> retry(from, receipt, route.get());
      case "sender" -> toOwnDevice(from, receipt, route.get());
      case "read-self", "played-self" -> toOthers(from, receipt, type);
      default -> toSender(from, receipt, route.get(), type);
    }
  }

  private static Set<String> ids(Element receipt) {
    var ids = new LinkedHashSet<String>();
    ids.add(receipt.require("id"));
    receipt
        .child("list")
        .ifPresent(list -> list.children("item").forEach(item -> ids.add(item.require("id"))));
    return ids;
  }

  private static void acknowledge(Device from, Element receipt) {
    var ack =
        Element.of("ack")
            .with("class", "receipt")
            .with("id", receipt.require("id"))
            .with("from", receipt.requireJid("to"))
            .with("type", receipt.attribute("type").map(holdfast.stanza.Attribute.Text::new));
    from.endpoint().ifPresent(endpoint -> endpoint.deliver(ack));
  }

  private static void toPhone(Device from, Element receipt) {
    from.account()
        .device(0)
        .ifPresent(phone -> phone.deliver(receipt.without("to").with("from", from.lidJid())));
  }

  private void retry(Device from, Element receipt, Route route) {
    if (world.faults().take("withhold_retries", from.key()).isPresent()) {
      return;
    }
    var sender = route.sender();
    if (receipt.requireJid("to").isGroup() || !own(from, route)) {
      route.setRetryForwarded();
      sender.deliver(copied(from, receipt, route, "retry"));
      return;
    }
    route.setRetryForwarded();
    sender.deliver(ownForm(from, receipt, "retry", route));
  }

  private static boolean own(Device from, Route route) {
    return from.account() == route.sender().account();
  }

  /// One own device tells another that it has got its copy.
  private void toOwnDevice(Device from, Element receipt, Route route) {
    if (own(from, route) && from != route.sender()) {
      route.sender().deliver(ownForm(from, receipt, "sender", route));
    }
  }

  private Element ownForm(Device from, Element receipt, String type, Route route) {
    var to = route.to();
    var form = begun(receipt, from.lidJid(), type);
    if (to.isGroup() || to.isBroadcast()) {
      return form.with("from", to).with("participant", from.lidJid());
    }
    return form.with("recipient", receipt.jid("recipient").or(() -> Optional.of(to)));
  }

  private void toOthers(Device from, Element receipt, String type) {
    var form = begun(receipt, from.lidJid(), type);
    var chat = receipt.requireJid("to");
    var told = form.with("recipient", chat).with("participant", receipt.jid("participant"));
    from.account().others(from).forEach(other -> other.deliver(told));
  }

  private void toSender(Device from, Element receipt, Route route, String type) {
    if (own(from, route) && !route.to().isGroup()) {
      return;
    }
    var form = copied(from, receipt, route, type);
    for (var device : route.sender().account().devices()) {
      if (device != from) {
        device.deliver(form);
      }
    }
    if (type.equals("read") || type.equals("played")) {
      toOthers(from, receipt, type + "-self");
    }
  }

  /// From the reader, in the domain (phone number or LID) in which the sender wrote: clients find
  /// their message by it.
  private Element copied(Device from, Element receipt, Route route, String type) {
    var to = route.to();
    if (to.isGroup() || to.isBroadcast()) {
      return begun(receipt, to, type).with("participant", from.lidJid());
    }
    return begun(receipt, to.isLid() ? from.lidJid() : from.phoneJid(), type);
  }

  private Element begun(Element receipt, Jid from, String type) {
    var form =
        Element.of("receipt")
            .with("from", from)
            .with("id", receipt.require("id"))
            .with("t", receipt.number("t").orElse(world.now()));
    if (!type.isEmpty()) {
      form = form.with("type", type);
    }
    var content = new ArrayList<>(receipt.children());
    return content.isEmpty() ? form : form.containing(content);
  }
}
