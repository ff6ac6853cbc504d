package holdfast.message;

import holdfast.device.DeviceLists;
import holdfast.device.GroupMembers;
import holdfast.device.Sealing;
import holdfast.device.SenderKeys;
import holdfast.device.StanzaKind;
import holdfast.proto.Message;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.StanzaCodec;
import holdfast.step.Context;
import holdfast.step.Effect;
import holdfast.step.Query;
import holdfast.store.GroupInfo;
import holdfast.store.Outbound;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// A message to a group: one ciphertext for all under our sender key, and the key for each device
/// that hasn't got it (protocol page 05 § 4).
final class GroupSend {
  private static final StanzaKind KEY = StanzaKind.of(Message.getDefaultInstance());

  private GroupSend() {}

  static Send.Next next(Outbound row, Message message, Context context, Send.Answers answers) {
    var group = row.chat();
    var found = context.draft().group(group);
    if (found.isEmpty()) {
      return answers.looked().contains(group)
          ? new Send.Next.Failed(Send.NOT_IN_GROUP)
          : new Send.Next.Ask(
              List.of(new Effect.Ask(new Query.Group(group), GroupMembers.query(group))));
    }
    var info = found.get();
    if (info.members().stream().noneMatch(context.account()::owns)) {
      return new Send.Next.Failed(Send.NOT_IN_GROUP);
    }
    var unlisted = Fanout.unlisted(context, info.members(), answers);
    if (unlisted.isPresent()) {
      return new Send.Next.Ask(List.of(unlisted.get()));
    }
    var targets = targets(context, info);
    var addresses = targets.stream().map(Fanout.Target::address).toList();
    var unbundled =
        Fanout.unbundled(context, SenderKeys.lacking(context, group, addresses), answers);
    if (unbundled.isPresent()) {
      return new Send.Next.Ask(List.of(unbundled.get()));
    }
    return new Send.Next.Encrypted(
        StanzaCodec.encode(stanza(row, message, context, targets, answers)));
  }

  /// All devices of all members but this one and those that take no part in groups.
  private static List<Fanout.Target> targets(Context context, GroupInfo info) {
    var self = self(context, info);
    var targets = new ArrayList<Fanout.Target>();
    for (var member : info.members()) {
      for (var device : DeviceLists.devices(context.draft(), member).orElse(List.of())) {
        if (!device.equals(self) && !DeviceLists.isHosted(device)) {
          targets.add(Fanout.Target.of(context, device));
        }
      }
    }
    return targets;
  }

  /// This device as the group addresses it.
  private static Jid self(Context context, GroupInfo info) {
    return info.lidAddressed() ? context.account().lid() : context.account().jid();
  }

  private static Element stanza(
      Outbound row,
      Message message,
      Context context,
      List<Fanout.Target> targets,
      Send.Answers answers) {
    var group = row.chat();
    var info = context.draft().group(group).orElseThrow();
    var kind = StanzaKind.of(message);
    // The key goes out as it stands before this message: whoever gets it now can read this one.
    var copies = keys(context, group, targets, answers);
    var parts = new ArrayList<Element>();
    if (!copies.elements().isEmpty()) {
      parts.add(Element.of("participants").containing(copies.elements()));
    }
    parts.add(Sealing.enc(SenderKeys.encrypt(context, group, message.toByteArray()), kind));
    if (copies.first()) {
      Sealing.deviceIdentity(context).ifPresent(parts::add);
    }
    var devices = new ArrayList<>(targets.stream().map(Fanout.Target::wire).toList());
    devices.add(self(context, info));
    var stanza =
        Element.of("message")
            .with("id", row.messageId())
            .with("to", group)
            .with("type", kind.type())
            .with("addressing_mode", info.lidAddressed() ? "lid" : "pn")
            .with("phash", DeviceLists.phash(devices));
    if (kind.edit().isPresent()) {
      stanza = stanza.with("edit", kind.edit().get());
    }
    return stanza.containing(parts);
  }

  /// Our sender key for each device that lacks it and can be written to.
  private static Fanout.Copies keys(
      Context context, Jid group, List<Fanout.Target> targets, Send.Answers answers) {
    var addresses = targets.stream().map(Fanout.Target::address).toList();
    var lacking = new HashSet<>(SenderKeys.ready(context, group, addresses));
    var receivers =
        Fanout.opened(
            context,
            targets.stream().filter(target -> lacking.contains(target.address())).toList(),
            answers);
    var key = Sealing.withSenderKey(context, group, Message.getDefaultInstance());
    var copies = Fanout.encrypt(context, receivers, KEY, _ -> key);
    SenderKeys.given(context, group, receivers.stream().map(Fanout.Target::address).toList());
    return copies;
  }
}
