package holdfast.sandbox.server;

import holdfast.noise.FrameSplitter;
import holdfast.sandbox.world.Faults;
import holdfast.stanza.Element;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// What spoils one stanza on its way out: its bytes before they are sealed, or the frame they make.
///
/// A frame: `flip` a bit, `truncate` it, `replay` it; say that it is `longer`, so that it takes in
/// the beginning of the next; make it `empty`, or `oversize` as a WebSocket message. A stanza:
/// another value for one byte (`flip`), `truncate` it, or `append` bytes. The same `seed` spoils
/// the same bytes alike; with `tag` only stanzas of that tag are spoilt.
public record Damage(Layer layer, String how, long seed) {
  /// Where the bytes are spoilt.
  public enum Layer {
    FRAME("corrupt_frame", "flip"),
    STANZA("corrupt_stanza", "flip");

    private final String fault;
    private final String usual;

    Layer(String fault, String usual) {
      this.fault = fault;
      this.usual = usual;
    }
  }

  public static final Set<String> OF_FRAMES =
      Set.of("flip", "truncate", "replay", "longer", "oversize", "empty");
  public static final Set<String> OF_STANZAS = Set.of("flip", "truncate", "append");

  private static final int MOST_APPENDED = 16;

  /// More than any frame with its length can have.
  private static final int OVERSIZE_BYTES = (1 << 24) + 4;

  /// The damage that waits for this stanza to this device; then it is used up.
  static Optional<Damage> due(Faults faults, String deviceKey, Element stanza) {
    for (var layer : Layer.values()) {
      boolean meant =
          faults
              .holds(layer.fault, deviceKey)
              .filter(fault -> fault.text("tag").map(stanza::is).orElse(true))
              .isPresent();
      if (meant) {
        return faults
            .take(layer.fault, deviceKey)
            .map(
                fault ->
                    new Damage(
                        layer,
                        fault.text("how").orElse(layer.usual),
                        fault.number("seed", 0) + fault.count()));
      }
    }
    return Optional.empty();
  }

  /// The bytes to be sealed.
  public byte[] stanza(byte[] encoded) {
    if (layer != Layer.STANZA) {
      return encoded;
    }
    var random = new SplittableRandom(seed);
    return switch (how) {
      case "truncate" -> Arrays.copyOf(encoded, random.nextInt(1, encoded.length));
      case "append" -> Arrays.copyOf(encoded, encoded.length + random.nextInt(1, MOST_APPENDED));
      default -> xored(encoded, random.nextInt(encoded.length), random.nextInt(1, 256));
    };
  }

  /// What is written for a sealed stanza, the length in front included.
  public byte[] frame(byte[] sealed) {
    if (layer != Layer.FRAME) {
      return FrameSplitter.frame(sealed);
    }
    var random = new SplittableRandom(seed);
    return switch (how) {
      case "truncate" ->
          FrameSplitter.frame(Arrays.copyOf(sealed, random.nextInt(1, sealed.length)));
      case "replay" -> twice(FrameSplitter.frame(sealed));
      case "longer" ->
          Arrays.copyOf(
              FrameSplitter.frame(
                  Arrays.copyOf(sealed, sealed.length + random.nextInt(1, MOST_APPENDED))),
              3 + sealed.length);
      case "oversize" -> Arrays.copyOf(FrameSplitter.frame(sealed), OVERSIZE_BYTES);
      case "empty" -> FrameSplitter.frame(new byte[0]);
      default ->
          FrameSplitter.frame(
              xored(sealed, random.nextInt(sealed.length), 1 << random.nextInt(Byte.SIZE)));
    };
  }

  private static byte[] xored(byte[] bytes, int at, int by) {
    var other = bytes.clone();
    other[at] ^= (byte) by;
    return other;
  }

  private static byte[] twice(byte[] bytes) {
    var both = Arrays.copyOf(bytes, 2 * bytes.length);
    System.arraycopy(bytes, 0, both, bytes.length, bytes.length);
    return both;
  }
}
