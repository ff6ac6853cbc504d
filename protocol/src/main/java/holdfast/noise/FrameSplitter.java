package holdfast.noise;

import java.util.List;

/// Cuts the byte stream that lies over WebSocket messages into frames (3-byte big-endian length,
/// payload).
/// Holds at most one unfinished frame; nothing between frames. Not thread-safe.
public final class FrameSplitter {
  /// Takes the next bytes as they came, gives every frame that is now whole.
  /// @throws NoiseFailure for a frame of length 0 or longer than `maxFrameBytes`
  public List<byte[]> feed(byte[] bytes) {
    throw new UnsupportedOperationException();
  }

  public FrameSplitter(int maxFrameBytes) {
    throw new UnsupportedOperationException();
  }

  /// The length prefix and the payload. At most 16,777,215 bytes.
  public static byte[] frame(byte[] payload) {
    throw new UnsupportedOperationException();
  }
}
