package holdfast.message;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.device.Addresses;
import holdfast.proto.Message;
import holdfast.signal.Bundle;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import holdfast.step.Effect;
import holdfast.store.Outbound;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One send, worked out from the top whenever something new is known (design § 2): it asks for what
/// is missing, and when nothing is, it encrypts for all devices in one go. Until then it has
/// touched nothing, so a crash costs a question asked again.
final class Send {
  static final String NOT_ON_WHATSAPP = "not_on_whatsapp";
  static final String NO_DEVICE = "no_device";
  static final String NOT_IN_GROUP = "not_in_group";
  private static final String UNSUPPORTED = "unsupported_recipient";

  private Send() {}

  sealed interface Next {
    /// What must be known first.
    record Ask(List<Effect.Ask> questions) implements Next {}

    /// Ratchets are written; `stanza` is what goes out, now and whenever it must go again.
    record Encrypted(byte[] stanza) implements Next {}

    record Failed(String reason) implements Next {}
  }

  /// What answers have told that has no record: who was looked up, who isn't on WhatsApp, which
  /// device has a bundle, and what the server won't tell.
  record Answers(
      Set<Jid> looked,
      Set<Jid> absent,
      Map<Jid, Optional<Bundle>> bundles,
      Optional<String> refusal) {
    static final Answers NONE = new Answers(Set.of(), Set.of(), Map.of(), Optional.empty());

    Answers looked(List<Jid> users, Set<Jid> missing) {
      return new Answers(union(looked, users), union(absent, missing), bundles, refusal);
    }

    Answers with(Map<Jid, Optional<Bundle>> more) {
      var all = new HashMap<>(bundles);
      all.putAll(more);
      return new Answers(looked, absent, Map.copyOf(all), refusal);
    }

    Answers refused(String reason) {
      return new Answers(looked, absent, bundles, Optional.of(reason));
    }

    private static Set<Jid> union(Set<Jid> some, java.util.Collection<Jid> more) {
      var all = new HashSet<>(some);
      all.addAll(more);
      return Set.copyOf(all);
    }
  }

  static Next next(Outbound row, Context context, Answers answers) {
    if (answers.refusal().isPresent()) {
      return new Next.Failed(answers.refusal().get());
    }
    var chat = Addresses.known(context.draft(), row.chat().bare());
    if (chat.isGroup()) {
      return GroupSend.next(row, message(row), context, answers);
    }
    if (chat.isPhone() || chat.isLid()) {
      return DirectSend.next(row, message(row), context, answers);
    }
    return new Next.Failed(UNSUPPORTED);
  }

  private static Message message(Outbound row) {
    try {
      return Message.parseFrom(row.message());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a queued message can't be read back", e);
    }
  }
}
