package holdfast.message;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.device.Addresses;
import holdfast.device.Ratchets;
import holdfast.device.Sealing;
import holdfast.device.StanzaKind;
import holdfast.proto.LIDMigrationMapping;
import holdfast.proto.LIDMigrationMappingSyncPayload;
import holdfast.proto.Message;
import holdfast.proto.Message.PeerDataOperationRequestMessage;
import holdfast.proto.Message.PeerDataOperationRequestType;
import holdfast.proto.Message.ProtocolMessage;
import holdfast.proto.MessageKey;
import holdfast.signal.Ciphertext;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import holdfast.store.Missed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/// What the own phone tells its companions and nobody else may, and what they ask it for (protocol
/// page 05 § 4, § 8).
final class PeerMessages {
  /// Far above a real table of mappings; a bomb ends here.
  private static final int MAX_INFLATED_BYTES = 16 << 20;

  /// Real ones have 6.
  private static final int LONGEST_KEY_ID_BYTES = 64;

  private static final int GZIP = 0x1F;

  private PeerMessages() {}

  /// Whether it announced history.
  static boolean take(Context context, Envelope envelope, ProtocolMessage message) {
    switch (message.getType()) {
      case APP_STATE_SYNC_KEY_SHARE -> keepKeys(context, message);
      case LID_MIGRATION_MAPPING_SYNC -> learnMappings(context, message);
      case PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE -> {
        if (envelope.peer()) {
          Placeholders.answered(context, message.getPeerDataOperationRequestResponseMessage());
        }
      }
      default -> {}
    }
    return message.getType() == ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION;
  }

  /// Asks for one message, by its key.
  static ProtocolMessage resend(Context context, Missed missed) {
    var sender = Addresses.known(context.draft(), missed.sender().bare());
    var chat = Addresses.known(context.draft(), missed.chat());
    boolean fromMe = context.account().owns(sender);
    var key =
        MessageKey.newBuilder().setRemoteJid(chat.toString()).setFromMe(fromMe).setId(missed.id());
    if (!fromMe && !chat.equals(sender)) {
      key.setParticipant(sender.toString());
    }
    return ProtocolMessage.newBuilder()
        .setType(ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_MESSAGE)
        .setPeerDataOperationRequestMessage(
            PeerDataOperationRequestMessage.newBuilder()
                .setPeerDataOperationRequestType(
                    PeerDataOperationRequestType.PLACEHOLDER_MESSAGE_RESEND)
                .addPlaceholderMessageResendRequest(
                    PeerDataOperationRequestMessage.PlaceholderMessageResendRequest.newBuilder()
                        .setMessageKey(key)))
        .build();
  }

  /// A message from device to device of one account: one ciphertext, no copies.
  static Element toPhone(Context context, String id, ProtocolMessage content) {
    var phone = context.account().lid().withDevice(0);
    var message = Message.newBuilder().setProtocolMessage(content).build();
    var ciphertext = Ratchets.encrypt(context, phone, message.toByteArray());
    var parts = new ArrayList<Element>();
    parts.add(Element.of("meta").with("appdata", "default"));
    parts.add(Sealing.enc(ciphertext, StanzaKind.of(message)));
    if (ciphertext.type() == Ciphertext.Type.PKMSG) {
      Sealing.deviceIdentity(context).ifPresent(parts::add);
    }
    return Element.of("message")
        .with("id", id)
        .with("to", context.account().jid().bare())
        .with("type", "text")
        .with("category", "peer")
        .with("push_priority", "high_force")
        .containing(parts);
  }

  private static void keepKeys(Context context, ProtocolMessage message) {
    for (var key : message.getAppStateSyncKeyShare().getKeysList()) {
      var id = key.getKeyId().getKeyId();
      if (!id.isEmpty() && id.size() <= LONGEST_KEY_ID_BYTES && key.hasKeyData()) {
        context
            .draft()
            .appStateKey(
                HexFormat.of().formatHex(id.toByteArray()), key.getKeyData().toByteArray());
      }
    }
  }

  private static void learnMappings(Context context, ProtocolMessage message) {
    var packed =
        message.getLidMigrationMappingSyncMessage().getEncodedMappingPayload().toByteArray();
    try {
      LIDMigrationMappingSyncPayload.parseFrom(inflated(packed))
          .getPnToLidMappingsList()
          .forEach(mapping -> learn(context, mapping));
    } catch (InvalidProtocolBufferException _) {
      // Nothing is learnt from a table that can't be read; each message names its own pair.
    }
  }

  private static void learn(Context context, LIDMigrationMapping mapping) {
    long lid = mapping.hasLatestLid() ? mapping.getLatestLid() : mapping.getAssignedLid();
    Addresses.learn(
        context,
        Jid.phone(Long.toUnsignedString(mapping.getPn())),
        Jid.lid(Long.toUnsignedString(lid)));
  }

  private static byte[] inflated(byte[] packed) throws InvalidProtocolBufferException {
    var source = new ByteArrayInputStream(packed);
    try (var stream =
        packed.length > 0 && (packed[0] & 0xFF) == GZIP
            ? new GZIPInputStream(source)
            : new InflaterInputStream(source)) {
      var out = new ByteArrayOutputStream();
      out.writeBytes(stream.readNBytes(MAX_INFLATED_BYTES));
      return out.toByteArray();
    } catch (IOException e) {
      throw new InvalidProtocolBufferException(e);
    }
  }
}
