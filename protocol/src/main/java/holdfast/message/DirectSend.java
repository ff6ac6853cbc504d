package holdfast.message;

import holdfast.device.Addresses;
import holdfast.device.DeviceLists;
import holdfast.device.Sealing;
import holdfast.device.StanzaKind;
import holdfast.device.Tokens;
import holdfast.proto.Message;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.StanzaCodec;
import holdfast.step.Context;
import holdfast.store.Outbound;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A message to one account: its own copy for each of its devices and for each other device of
/// ours (protocol page 05 § 3). In the LID domain wherever the LID is known.
final class DirectSend {
  private DirectSend() {}

  static Send.Next next(Outbound row, Message message, Context context, Send.Answers answers) {
    var chat = Addresses.known(context.draft(), row.chat().bare());
    if (answers.absent().contains(row.chat().bare()) || answers.absent().contains(chat)) {
      return new Send.Next.Failed(Send.NOT_ON_WHATSAPP);
    }
    var own = own(context, chat);
    var unlisted = Fanout.unlisted(context, List.of(chat, own), answers);
    if (unlisted.isPresent()) {
      return new Send.Next.Ask(List.of(unlisted.get()));
    }
    var targets = targets(context, chat, own);
    var unbundled =
        Fanout.unbundled(context, targets.stream().map(Fanout.Target::address).toList(), answers);
    if (unbundled.isPresent()) {
      return new Send.Next.Ask(List.of(unbundled.get()));
    }
    var open = Fanout.opened(context, targets, answers);
    return open.stream().anyMatch(target -> target.wire().user().equals(chat.user()))
        ? new Send.Next.Encrypted(stanza(row, message, context, open))
        : new Send.Next.Failed(Send.NO_DEVICE);
  }

  /// Our own account in the domain of this chat.
  private static Jid own(Context context, Jid chat) {
    return chat.isPhone() ? context.account().jid().bare() : context.account().lid().bare();
  }

  private static List<Jid> devices(Context context, Jid user) {
    return DeviceLists.devices(context.draft(), user).orElse(List.of());
  }

  /// Our other devices; the phone is there even where the server doesn't say so.
  private static List<Jid> ours(Context context, Jid own) {
    var self = own.withDevice(context.account().lid().device());
    var listed = devices(context, own);
    return (listed.isEmpty() ? List.of(own) : listed)
        .stream().filter(device -> !device.equals(self)).toList();
  }

  private static List<Fanout.Target> targets(Context context, Jid chat, Jid own) {
    var theirs = chat.equals(own) ? List.<Jid>of() : devices(context, chat);
    return Stream.concat(theirs.stream(), ours(context, own).stream())
        .map(device -> Fanout.Target.of(context, device))
        .toList();
  }

  private static byte[] stanza(
      Outbound row, Message message, Context context, List<Fanout.Target> targets) {
    var chat = Addresses.known(context.draft(), row.chat().bare());
    var kind = StanzaKind.of(message);
    var copies =
        Fanout.encrypt(
            context, targets, kind, device -> Sealing.copyFor(context, device, chat, message));
    var parts = new ArrayList<Element>();
    parts.add(Element.of("participants").containing(copies.elements()));
    if (copies.first()) {
      Sealing.deviceIdentity(context).ifPresent(parts::add);
    }
    Tokens.element(context, chat).ifPresent(parts::add);
    var stanza =
        Element.of("message")
            .with("id", row.messageId())
            .with("to", chat)
            .with("type", kind.type());
    if (kind.edit().isPresent()) {
      stanza = stanza.with("edit", kind.edit().get());
    }
    if (chat.isLid()) {
      stanza = stanza.with("peer_recipient_pn", Addresses.phoneForm(context.draft(), chat));
    }
    return StanzaCodec.encode(stanza.containing(parts));
  }
}
