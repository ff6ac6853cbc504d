package holdfast.noise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Cuts the byte stream that lies over WebSocket messages into frames (3-byte big-endian length,
/// payload). Holds at most one unfinished frame; nothing between frames. Not thread-safe.
///
/// The bytes of an unfinished frame are kept as they come: a length alone reserves nothing.
public final class FrameSplitter {
  private static final int PREFIX_BYTES = 3;
  private static final int MAX_PAYLOAD_BYTES = 0xFFFFFF;
  private static final byte[] NOTHING = {};

  private final int maxFrameBytes;

  /// Prefix and payload of the unfinished frame, of which the first `held` bytes are here.
  private byte[] pending = NOTHING;

  private int held;

  public FrameSplitter(int maxFrameBytes) {
    this.maxFrameBytes = maxFrameBytes;
  }

  /// Takes the next bytes as they came, gives every frame that is now whole.
  /// @throws NoiseFailure for a frame of length 0 or longer than `maxFrameBytes`
  public List<byte[]> feed(byte[] bytes) {
    var frames = new ArrayList<byte[]>(1);
    int next = 0;
    if (held > 0) {
      next = complete(bytes, frames);
    }
    while (bytes.length - next >= PREFIX_BYTES) {
      int payloadEnd = next + PREFIX_BYTES + payloadLength(bytes, next);
      if (payloadEnd > bytes.length) {
        break;
      }
      frames.add(Arrays.copyOfRange(bytes, next + PREFIX_BYTES, payloadEnd));
      next = payloadEnd;
    }
    keep(bytes, next, bytes.length);
    return frames;
  }

  /// Fills up the unfinished frame; gives how many of `bytes` it took.
  private int complete(byte[] bytes, List<byte[]> frames) {
    int taken = 0;
    if (held < PREFIX_BYTES) {
      taken = Math.min(PREFIX_BYTES - held, bytes.length);
      keep(bytes, 0, taken);
      if (held < PREFIX_BYTES) {
        return taken;
      }
    }
    int missing = PREFIX_BYTES + payloadLength(pending, 0) - held;
    int more = Math.min(missing, bytes.length - taken);
    if (more == missing) {
      var frame = Arrays.copyOfRange(pending, PREFIX_BYTES, held + missing);
      System.arraycopy(bytes, taken, frame, held - PREFIX_BYTES, missing);
      frames.add(frame);
      pending = NOTHING;
      held = 0;
    } else {
      keep(bytes, taken, taken + more);
    }
    return taken + more;
  }

  private void keep(byte[] bytes, int from, int to) {
    int more = to - from;
    if (more == 0) {
      return;
    }
    if (pending.length - held < more) {
      pending = Arrays.copyOf(pending, Math.max(held + more, 2 * held));
    }
    System.arraycopy(bytes, from, pending, held, more);
    held += more;
  }

  private int payloadLength(byte[] bytes, int at) {
    int length =
        ((bytes[at] & 0xFF) << 16) | ((bytes[at + 1] & 0xFF) << 8) | (bytes[at + 2] & 0xFF);
    if (length == 0 || length > maxFrameBytes) {
      throw new NoiseFailure("a frame of " + length + " bytes");
    }
    return length;
  }

  /// The length prefix and the payload. At most 16,777,215 bytes.
  public static byte[] frame(byte[] payload) {
    if (payload.length > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(payload.length + " bytes are too many for a frame");
    }
    var frame = new byte[PREFIX_BYTES + payload.length];
    frame[0] = (byte) (payload.length >> 16);
    frame[1] = (byte) (payload.length >> 8);
    frame[2] = (byte) payload.length;
    System.arraycopy(payload, 0, frame, PREFIX_BYTES, payload.length);
    return frame;
  }
}
