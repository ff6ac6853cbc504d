package holdfast.signal;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import holdfast.crypto.Forged;
import holdfast.proto.PreKeyWhisperMessage;
import holdfast.proto.WhisperMessage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/// The wire form of ratchet messages (protocol page 04 § 4): version byte, protobuf, MAC.
record WhisperText(
    byte[] ratchetKey, int counter, byte[] ciphertext, byte[] versioned, byte[] mac) {
  static final byte VERSION = 0x33;

  /// A first message: the other's half of X3DH around a ratchet message.
  record First(
      Optional<Integer> preKeyId,
      int signedPreKeyId,
      byte[] baseKey,
      byte[] identity,
      long registrationId,
      byte[] message) {}

  /// @throws Forged when the bytes have no such form
  /// @throws holdfast.crypto.BadKey when its key can't be one
  static WhisperText parse(byte[] bytes) {
    if (bytes.length < 1 + MessageKeys.MAC_BYTES) {
      throw new Forged("too short for a ratchet message");
    }
    requireVersion(bytes);
    var end = bytes.length - MessageKeys.MAC_BYTES;
    try {
      var message = WhisperMessage.parser().parseFrom(bytes, 1, end - 1);
      // A counter that is left out is 0: a writer may leave zeros out.
      return new WhisperText(
          WireKeys.plain(message.getRatchetKey()),
          message.getCounter(),
          message.getCiphertext().toByteArray(),
          Arrays.copyOf(bytes, end),
          Arrays.copyOfRange(bytes, end, bytes.length));
    } catch (InvalidProtocolBufferException e) {
      throw new Forged("not a ratchet message");
    }
  }

  static First parseFirst(byte[] bytes) {
    if (bytes.length < 2) {
      throw new Forged("too short for a first message");
    }
    requireVersion(bytes);
    try {
      var first = PreKeyWhisperMessage.parser().parseFrom(bytes, 1, bytes.length - 1);
      return new First(
          first.hasPreKeyId() ? Optional.of(first.getPreKeyId()) : Optional.empty(),
          first.getSignedPreKeyId(),
          WireKeys.plain(first.getBaseKey()),
          WireKeys.plain(first.getIdentityKey()),
          Integer.toUnsignedLong(first.getRegistrationId()),
          first.getMessage().toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new Forged("not a first message");
    }
  }

  /// High nibble: the message's version, at least 3; low nibble: the sender's newest, at most 3.
  static void requireVersion(byte[] bytes) {
    var version = bytes[0] & 0xFF;
    if (version >> 4 < 3 || (version & 15) > 3) {
      throw new Forged("of another version");
    }
  }

  static byte[] versioned(MessageLite message) {
    var all = new byte[1 + message.getSerializedSize()];
    all[0] = VERSION;
    try {
      message.writeTo(CodedOutputStream.newInstance(all, 1, all.length - 1));
    } catch (IOException e) {
      throw new IllegalStateException("an array has no I/O", e);
    }
    return all;
  }
}
