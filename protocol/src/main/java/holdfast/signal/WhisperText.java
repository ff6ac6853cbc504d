package holdfast.signal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.Forged;
import holdfast.proto.PreKeyWhisperMessage;
import holdfast.proto.WhisperMessage;
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
      var message = WhisperMessage.parseFrom(ByteString.copyFrom(bytes, 1, end - 1));
      if (!message.hasRatchetKey() || !message.hasCounter() || !message.hasCiphertext()) {
        throw new Forged("a ratchet message without its parts");
      }
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
      var first = PreKeyWhisperMessage.parseFrom(ByteString.copyFrom(bytes, 1, bytes.length - 1));
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

  static byte[] versioned(byte[] message) {
    var all = new byte[1 + message.length];
    all[0] = VERSION;
    System.arraycopy(message, 0, all, 1, message.length);
    return all;
  }
}
