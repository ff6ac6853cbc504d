package holdfast.stanza;

/// The bytes that say what follows them. Source: protocol page 02 § 2.
final class Marker {
  static final int LIST_EMPTY = 0;
  static final int INTEROP_JID = 245;
  static final int MESSENGER_JID = 246;
  static final int DEVICE_JID = 247;
  static final int LIST_8 = 248;
  static final int LIST_16 = 249;
  static final int JID_PAIR = 250;
  static final int HEX_8 = 251;
  static final int BINARY_8 = 252;
  static final int BINARY_20 = 253;
  static final int BINARY_32 = 254;
  static final int NIBBLE_8 = 255;

  /// The longest string that is packed.
  static final int MAX_PACKED = 127;

  private Marker() {}
}
