package holdfast.device;

import com.google.protobuf.ByteString;
import holdfast.proto.Message;
import holdfast.signal.Ciphertext;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import java.util.Optional;

/// A message as it is encrypted for one device: others get it as it is, our own devices as a copy
/// of what was sent (protocol page 05 § 3).
public final class Sealing {
  private static final String VERSION = "2";

  private Sealing() {}

  /// The plaintext for a device in a one-to-one chat.
  public static Message copyFor(Context context, Jid device, Jid chat, Message message) {
    if (!context.account().owns(device.bare())) {
      return message;
    }
    var copy =
        Message.newBuilder()
            .setDeviceSentMessage(
                Message.DeviceSentMessage.newBuilder()
                    .setDestinationJid(chat.bare().toString())
                    .setMessage(message));
    if (message.hasMessageContextInfo()) {
      copy.setMessageContextInfo(message.getMessageContextInfo());
    }
    return copy.build();
  }

  /// `message` with our sender key of this group beside it. @throws IllegalStateException without
  /// one
  public static Message withSenderKey(Context context, Jid group, Message message) {
    return message.toBuilder()
        .setSenderKeyDistributionMessage(
            Message.SenderKeyDistributionMessage.newBuilder()
                .setGroupId(group.toString())
                .setAxolotlSenderKeyDistributionMessage(
                    ByteString.copyFrom(SenderKeys.distribution(context, group))))
        .build();
  }

  public static Element enc(Ciphertext ciphertext, StanzaKind kind) {
    var enc = Element.of("enc").with("v", VERSION).with("type", ciphertext.type().wire());
    if (kind.mediaType().isPresent()) {
      enc = enc.with("mediatype", kind.mediaType().get());
    }
    if (kind.hidden()) {
      enc = enc.with("decrypt-fail", "hide");
    }
    return enc.containing(ciphertext.bytes());
  }

  /// Our phone's word for this companion: it goes with every first message to a device.
  public static Optional<Element> deviceIdentity(Context context) {
    return context
        .credentials()
        .deviceIdentity()
        .map(identity -> Element.of("device-identity").containing(identity));
  }
}
