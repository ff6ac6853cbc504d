package holdfast.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FramesTest {
  private static final byte[] ONE = key(1);
  private static final byte[] TWO = key(2);

  private static byte[] key(int fill) {
    var key = new byte[32];
    Arrays.fill(key, (byte) fill);
    return key;
  }

  @Test
  @DisplayName("However the stream is cut into messages, the frames come out whole and in order")
  void cuts() {
    var random = new Random(1);
    for (int round = 0; round < 2000; round++) {
      var frames = frames(random);
      var stream = stream(frames);
      var splitter = new FrameSplitter(2000);
      var got = new ArrayList<byte[]>();
      int next = 0;
      while (next < stream.length) {
        int length =
            Math.min(random.nextInt(random.nextBoolean() ? 6 : 3000), stream.length - next);
        got.addAll(splitter.feed(Arrays.copyOfRange(stream, next, next + length)));
        next += length;
      }
      assertThat(got)
          .as("round %d", round)
          .usingElementComparator(Arrays::compare)
          .isEqualTo(frames);
    }
  }

  private static List<byte[]> frames(Random random) {
    var frames = new ArrayList<byte[]>();
    for (int count = random.nextInt(6); count >= 0; count--) {
      var frame = new byte[1 + random.nextInt(random.nextBoolean() ? 5 : 2000)];
      random.nextBytes(frame);
      frames.add(frame);
    }
    return frames;
  }

  private static byte[] stream(List<byte[]> frames) {
    var stream = new ByteArrayOutputStream();
    frames.forEach(frame -> stream.writeBytes(FrameSplitter.frame(frame)));
    return stream.toByteArray();
  }

  @Test
  @DisplayName("A frame of no bytes or of too many is refused as soon as its length is known")
  void lengths() {
    assertThat(new FrameSplitter(5).feed(FrameSplitter.frame(new byte[5]))).hasSize(1);
    for (var prefix : List.of(new byte[] {0, 0, 0}, new byte[] {0, 0, 6}, new byte[] {-1, 0, 0})) {
      assertThatThrownBy(() -> new FrameSplitter(5).feed(prefix)).isInstanceOf(NoiseFailure.class);
      var splitter = new FrameSplitter(5);
      assertThat(splitter.feed(Arrays.copyOf(prefix, 2))).isEmpty();
      var last = new byte[] {prefix[2]};
      assertThatThrownBy(() -> splitter.feed(last)).isInstanceOf(NoiseFailure.class);
    }
    assertThatThrownBy(() -> FrameSplitter.frame(new byte[1 << 24]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(FrameSplitter.frame(new byte[(1 << 24) - 1])).startsWith(-1, -1, -1);
  }

  @Test
  @DisplayName("The largest frame passes byte by byte, without work that grows with what is held")
  void slowly() {
    var splitter = new FrameSplitter(0xFFFFFF);
    var stream = FrameSplitter.frame(new byte[1 << 20]);
    var one = new byte[1];
    for (int index = 0; index < stream.length - 1; index++) {
      one[0] = stream[index];
      assertThat(splitter.feed(one).isEmpty()).isTrue();
    }
    assertThat(splitter.feed(new byte[1]).getFirst()).hasSize(1 << 20);
  }

  @Test
  @DisplayName("A frame that is damaged, cut, replayed, left out or moved doesn't open")
  void order() {
    var sender = new FrameCipher(ONE, TWO);
    var frames = List.of(sender.seal(ONE), sender.seal(TWO), sender.seal(ONE));
    for (var order : List.of(List.of(0, 0), List.of(1), List.of(0, 2), List.of(0, 1, 0))) {
      var receiver = new FrameCipher(TWO, ONE);
      order.subList(0, order.size() - 1).forEach(number -> receiver.open(frames.get(number)));
      assertThatThrownBy(() -> receiver.open(frames.get(order.getLast())))
          .as("order %s", order)
          .isInstanceOf(NoiseFailure.class);
    }
    for (var frame : List.of(new byte[0], new byte[15], new byte[16], new byte[100])) {
      assertThatThrownBy(() -> new FrameCipher(TWO, ONE).open(frame))
          .isInstanceOf(NoiseFailure.class);
    }
  }

  @Test
  @DisplayName("After a bad frame none opens, not even the right one")
  void fatal() {
    var frame = new FrameCipher(ONE, TWO).seal(TWO);
    var receiver = new FrameCipher(TWO, ONE);
    assertThatThrownBy(() -> receiver.open(new byte[40])).isInstanceOf(NoiseFailure.class);
    assertThatThrownBy(() -> receiver.open(frame))
        .isInstanceOf(NoiseFailure.class)
        .hasMessageContaining("after a bad one");
    assertThat(new FrameCipher(TWO, ONE).open(frame)).isEqualTo(TWO);
  }

  @Test
  @DisplayName("A thousand damaged frames are refused, each with a reason")
  void damaged() {
    var random = new Random(20260101);
    for (int round = 0; round < 1000; round++) {
      var plaintext = new byte[random.nextInt(300)];
      random.nextBytes(plaintext);
      var key = new byte[32]; // a new one each time: no key may meet a counter twice
      random.nextBytes(key);
      var frame = new FrameCipher(key, TWO).seal(plaintext);
      var damaged =
          random.nextInt(4) == 0
              ? Arrays.copyOf(frame, (frame.length + 1 + random.nextInt(20)) / 2)
              : frame.clone();
      if (damaged.length == frame.length) {
        damaged[random.nextInt(frame.length)] ^= (byte) (1 + random.nextInt(255));
      }
      assertThatThrownBy(() -> new FrameCipher(TWO, key).open(damaged))
          .as("round %d", round)
          .isInstanceOf(NoiseFailure.class)
          .message()
          .isNotEmpty();
      assertThatCode(() -> new FrameCipher(TWO, key).open(frame)).doesNotThrowAnyException();
    }
  }

  @Test
  @DisplayName("The counter is the last four bytes of the IV, unsigned")
  void iv() {
    assertThat(Transcript.iv(0xFFFFFFFEL)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -2);
    assertThat(Transcript.iv(258)).endsWith(0, 0, 1, 2);
  }
}
