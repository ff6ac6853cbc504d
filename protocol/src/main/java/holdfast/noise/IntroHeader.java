package holdfast.noise;

import java.util.Arrays;
import java.util.Optional;

/// The first bytes of a connection, in front of the client's first frame: where to route it, when
/// an earlier connection was told so, and the magic of the protocol. Source: protocol page 01 § 1.
///
/// `magic` are the 4 bytes as received, the part that the handshake's hash covers; `length` is how
/// many bytes the header took in all, the first frame begins behind them.
public record IntroHeader(byte[] magic, byte[] routingInfo, int length) {
  private static final byte[] MAGIC = {'W', 'A', 6, 3};
  private static final byte[] ROUTING = {'E', 'D', 0, 1};
  private static final int MAGIC_BYTES = 4;
  private static final int ROUTING_BYTES = 7;
  private static final int MIN_DICTIONARY = 2;

  /// Real routing info is a few dozen bytes.
  private static final int MAX_ROUTING_INFO_BYTES = 4096;

  /// The 4 bytes that a client says and both sides hash.
  static byte[] clientMagic() {
    return MAGIC.clone();
  }

  /// What a client says first.
  static byte[] write(byte[] routingInfo) {
    if (routingInfo.length == 0 || routingInfo.length > MAX_ROUTING_INFO_BYTES) {
      return clientMagic();
    }
    int length = routingInfo.length;
    var header = Arrays.copyOf(ROUTING, ROUTING_BYTES + length + MAGIC_BYTES);
    header[5] = (byte) (length >> 8);
    header[6] = (byte) length;
    System.arraycopy(routingInfo, 0, header, ROUTING_BYTES, length);
    System.arraycopy(MAGIC, 0, header, ROUTING_BYTES + length, MAGIC_BYTES);
    return header;
  }

  /// Reads the header at the start of all that has been received; empty when it isn't whole yet.
  /// @throws NoiseFailure as soon as the bytes can't become one
  public static Optional<IntroHeader> read(byte[] received) {
    if (received.length == 0) {
      return Optional.empty();
    }
    if (received[0] != ROUTING[0]) {
      return magicAt(received, 0, new byte[0]);
    }
    if (received.length < ROUTING_BYTES) {
      return expect(received, 0, ROUTING, 2);
    }
    expect(received, 0, ROUTING, 2);
    int length = ((received[4] & 0xFF) << 16) | ((received[5] & 0xFF) << 8) | (received[6] & 0xFF);
    if (length > MAX_ROUTING_INFO_BYTES) {
      throw new NoiseFailure(length + " bytes of routing info");
    }
    int end = ROUTING_BYTES + length;
    return received.length < end
        ? Optional.empty()
        : magicAt(received, end, Arrays.copyOfRange(received, ROUTING_BYTES, end));
  }

  private static Optional<IntroHeader> magicAt(byte[] received, int at, byte[] routingInfo) {
    expect(received, at, MAGIC, 3);
    if (received.length < at + MAGIC_BYTES) {
      return Optional.empty();
    }
    if (received[at + 3] < MIN_DICTIONARY) {
      throw new NoiseFailure("dictionary version " + received[at + 3] + " is too old");
    }
    var magic = Arrays.copyOfRange(received, at, at + MAGIC_BYTES);
    return Optional.of(new IntroHeader(magic, routingInfo, at + MAGIC_BYTES));
  }

  /// Holds what is there of the first `count` bytes against `wanted`.
  private static Optional<IntroHeader> expect(byte[] received, int at, byte[] wanted, int count) {
    for (int index = 0; index < Math.min(count, received.length - at); index++) {
      if (received[at + index] != wanted[index]) {
        throw new NoiseFailure("a connection that doesn't begin as WhatsApp's do");
      }
    }
    return Optional.empty();
  }
}
