package holdfast.message;

import holdfast.crypto.BadKey;
import holdfast.device.Addresses;
import holdfast.device.Bundles;
import holdfast.device.DeviceLists;
import holdfast.device.Ratchets;
import holdfast.device.Sealing;
import holdfast.device.StanzaKind;
import holdfast.proto.Message;
import holdfast.signal.Bundle;
import holdfast.signal.Ciphertext;
import holdfast.signal.Ratchet;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import holdfast.step.Effect;
import holdfast.step.Query;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The devices that a message goes to one by one, and what must be known of them.
final class Fanout {
  /// `wire`: as the stanza names the device. `address`: as its records are kept.
  record Target(Jid wire, Jid address) {
    static Target of(Context context, Jid wire) {
      return new Target(wire, Addresses.known(context.draft(), wire));
    }
  }

  /// The `to` elements, and whether one of them begins a ratchet.
  record Copies(List<Element> elements, boolean first) {}

  private Fanout() {}

  /// Which of these users must be looked up first: no list of their devices is known.
  static Optional<Effect.Ask> unlisted(
      Context context, Collection<Jid> users, Send.Answers answers) {
    var unknown =
        users.stream()
            .filter(user -> !answers.looked().contains(user))
            .filter(user -> DeviceLists.devices(context.draft(), user).isEmpty())
            .distinct()
            .toList();
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Effect.Ask(new Query.Devices(unknown), DeviceLists.query(context, unknown)));
  }

  /// Which of these devices can't be written to before their bundle is known.
  static Optional<Effect.Ask> unbundled(
      Context context, Collection<Jid> addresses, Send.Answers answers) {
    var ratchets = context.draft().ratchets(addresses);
    var unknown =
        addresses.stream()
            .filter(address -> !ratchets.getOrDefault(address, Ratchet.NONE).isOpen())
            .filter(address -> !answers.bundles().containsKey(address))
            .distinct()
            .toList();
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(new Effect.Ask(new Query.Bundles(unknown), Bundles.query(unknown)));
  }

  /// Begins the ratchets that are missing; those of `targets` that can be written to are the
  /// answer. A bundle is ignored where a ratchet has come to be since it was asked for.
  static List<Target> opened(Context context, Collection<Target> targets, Send.Answers answers) {
    var open = new ArrayList<Target>();
    for (var target : targets) {
      boolean ready =
          context.draft().ratchet(target.address()).isOpen()
              || answers
                  .bundles()
                  .getOrDefault(target.address(), Optional.empty())
                  .filter(bundle -> installed(context, target.address(), bundle))
                  .isPresent();
      if (ready) {
        open.add(target);
      }
    }
    return open;
  }

  private static boolean installed(Context context, Jid address, Bundle bundle) {
    try {
      Ratchets.install(context, address, bundle);
      return true;
    } catch (BadKey _) {
      return false;
    }
  }

  static Copies encrypt(
      Context context, List<Target> targets, StanzaKind kind, Function<Jid, Message> copy) {
    var elements = new ArrayList<Element>();
    boolean first = false;
    for (var target : targets) {
      var ciphertext =
          Ratchets.encrypt(context, target.address(), copy.apply(target.wire()).toByteArray());
      first |= ciphertext.type() == Ciphertext.Type.PKMSG;
      elements.add(
          Element.of("to").with("jid", target.wire()).containing(Sealing.enc(ciphertext, kind)));
    }
    return new Copies(elements, first);
  }
}
