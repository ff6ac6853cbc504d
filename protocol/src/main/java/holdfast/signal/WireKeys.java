package holdfast.signal;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import holdfast.crypto.BadKey;

/// Public keys as Signal's messages carry them: type byte 5, then 32 bytes.
final class WireKeys {
  private static final byte TYPE = 5;

  private WireKeys() {}

  /// @throws BadKey unless it has 32 bytes
  static byte[] typed(byte[] key) {
    if (key.length != 32) {
      throw new BadKey("a public key of " + key.length + " bytes");
    }
    var typed = new byte[33];
    typed[0] = TYPE;
    System.arraycopy(key, 0, typed, 1, 32);
    return typed;
  }

  static ByteString wire(byte[] key) {
    return UnsafeByteOperations.unsafeWrap(typed(key));
  }

  /// 32 bytes, from 32 or from 33 with the type byte. @throws BadKey otherwise
  static byte[] plain(ByteString wire) {
    if (wire.size() == 32) {
      return wire.toByteArray();
    }
    if (wire.size() == 33 && wire.byteAt(0) == TYPE) {
      return wire.substring(1).toByteArray();
    }
    throw new BadKey("a public key of " + wire.size() + " bytes");
  }
}
