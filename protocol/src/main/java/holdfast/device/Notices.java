package holdfast.device;

import holdfast.stanza.Element;
import holdfast.step.Context;
import holdfast.step.Effect;
import java.util.List;

/// What WhatsApp tells of accounts and their devices: `encrypt`, `devices`, `account_sync` and
/// `privacy_token` notifications. Their acknowledgement is the receipts' business.
public final class Notices {
  private Notices() {}

  /// Nothing for a notification of another kind. @throws holdfast.stanza.MalformedStanza when its
  /// meaning needs what isn't there
  public static List<Effect> take(
      Context context, PreKeys.Settings settings, Element notification) {
    switch (notification.attribute("type").orElse("")) {
      case "encrypt" -> {
        return encrypt(context, settings, notification);
      }
      case "devices" -> DeviceLists.changed(context, notification);
      case "account_sync" ->
          notification
              .child("devices")
              .ifPresent(devices -> DeviceLists.ownChanged(context, devices));
      case "privacy_token" -> TrustedTokens.received(context, notification);
      default -> {}
    }
    return List.of();
  }

  /// Either the server's warning that prekeys run out, or an account's new identity.
  private static List<Effect> encrypt(
      Context context, PreKeys.Settings settings, Element notification) {
    var from = notification.requireJid("from");
    var count = notification.child("count");
    if (count.isPresent() && PreKeys.isServer(from)) {
      return PreKeys.counted(context, settings, count.get().number("value").orElse(0L));
    }
    boolean primary = from.device() == 0 && !from.user().isEmpty();
    if (notification.child("identity").isEmpty() || !primary) {
      return List.of();
    }
    notification
        .jid("lid")
        .filter(_ -> from.isPhone())
        .ifPresent(lid -> Addresses.learn(context, from, lid.bare()));
    Ratchets.reset(context, from);
    return TrustedTokens.reissue(context, from).stream().toList();
  }
}
