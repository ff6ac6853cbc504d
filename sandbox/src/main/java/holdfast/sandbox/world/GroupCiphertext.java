package holdfast.sandbox.world;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.proto.SenderKeyMessage;
import holdfast.stanza.Jid;

/// What a server sees of a group message: who sent it, and bytes it can't read but for their
/// heading.
public record GroupCiphertext(String group, Jid sender, byte[] bytes) {
  private static final int SIGNATURE_BYTES = 64;

  /// The id of the sender key it was made with. @throws IllegalStateException when the bytes are
  /// damaged
  public long keyId() {
    try {
      var message = ByteString.copyFrom(bytes, 1, bytes.length - 1 - SIGNATURE_BYTES);
      return Integer.toUnsignedLong(SenderKeyMessage.parseFrom(message).getId());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("not a sender-key message", e);
    }
  }
}
