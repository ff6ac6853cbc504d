package holdfast.message;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.device.Addresses;
import holdfast.proto.LIDMigrationMapping;
import holdfast.proto.LIDMigrationMappingSyncPayload;
import holdfast.proto.Message.ProtocolMessage;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/// What the own phone tells its companions and nobody else may (protocol page 05 § 8).
final class PeerMessages {
  /// Far above a real table of mappings; a bomb ends here.
  private static final int MAX_INFLATED_BYTES = 16 << 20;

  /// Real ones have 6.
  private static final int LONGEST_KEY_ID_BYTES = 64;

  private static final int GZIP = 0x1F;

  private PeerMessages() {}

  /// Whether it announced history.
  static boolean take(Context context, ProtocolMessage message) {
    switch (message.getType()) {
      case APP_STATE_SYNC_KEY_SHARE -> keepKeys(context, message);
      case LID_MIGRATION_MAPPING_SYNC -> learnMappings(context, message);
      default -> {}
    }
    return message.getType() == ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION;
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
