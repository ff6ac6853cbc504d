package holdfast.stanza;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StanzaCodecHostileTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// What a call may allocate besides what its input is worth: the exception and its stack.
  private static final int CONSTANT_BYTES = 32 << 10;

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "", // nothing
        "00", // no element
        "00f8", // no size
        "00f9ffff", // a size far beyond the end
        "00f80319", // fewer strings than said
        "00f801f1", // markers without a meaning
        "00f801f4",
        "00f801f9",
        "00f80100", // no tag
        "00f801fc00",
        "00f801ff80", // an odd packed string of no bytes
        "00f801fb80",
        "00f801ff01c0", // half bytes that stand for nothing
        "00f801ff010c",
        "00f801ff01f1",
        "00f803190008", // an attribute without a name
        "00f80319fa000308", // a JID as a name
        "00f8051908550856", // one name twice
        "00f8031906fa0000", // a JID without a server
        "00f8031906f7000500", // a device without a user
        "00f8031906f60b000503", // a messenger JID on another server
        "00f8031906f50b0005000003",
        "00f8031906fafc0161fc01404000", // an @ inside of a JID
        "00f8031906fafc02613a03", // a colon inside of a JID
        "00f80219f800ff", // bytes after the end
        "00f8011900",
        "00f80219fe7fffffff", // contents far beyond the end
        "00f80219feffffffff",
        "00f80219fd0fffff",
        "00f80219fcff",
        "00f80219f9ffff",
        "02", // compressed nothing
        "02789c", // compressed and cut
        "0200112233445566"
      })
  @DisplayName("Bytes that are no stanza are malformed, nothing worse")
  void malformed(String hex) {
    var bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> StanzaCodec.decode(bytes)).isInstanceOf(MalformedStanza.class);
  }

  @Test
  @DisplayName("Every beginning of a stanza is malformed")
  void truncated() {
    for (var stanza : stanzas()) {
      var bytes = StanzaCodec.encode(stanza);
      for (int length = 0; length < Math.min(bytes.length, 2000); length++) {
        var cut = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> StanzaCodec.decode(cut)).isInstanceOf(MalformedStanza.class);
      }
    }
  }

  @Test
  @DisplayName("64 levels are read, 65 are not, and a million levels don't exhaust the stack")
  void nesting() {
    assertThat(StanzaCodec.decode(nested(64)).is("iq")).isTrue();
    assertThatThrownBy(() -> StanzaCodec.decode(nested(65))).isInstanceOf(MalformedStanza.class);
    assertThatThrownBy(() -> StanzaCodec.decode(nested(1_000_000)))
        .isInstanceOf(MalformedStanza.class);
  }

  private static byte[] nested(int levels) {
    var out = new ByteArrayOutputStream();
    out.write(0);
    for (int level = 1; level < levels; level++) {
      out.writeBytes(HexFormat.of().parseHex("f80219f801"));
    }
    out.writeBytes(HexFormat.of().parseHex("f80119"));
    return out.toByteArray();
  }

  @Test
  @DisplayName("More elements than any real stanza has are refused")
  void elements() {
    var list = Element.of("x").containing(Collections.nCopies(65_535, Element.of("x")));
    assertThat(StanzaCodec.decode(StanzaCodec.encode(list)).children()).hasSize(65_535);
    var bytes = StanzaCodec.encode(Element.of("x").containing(Collections.nCopies(9, list)));
    assertThatThrownBy(() -> StanzaCodec.decode(bytes)).isInstanceOf(MalformedStanza.class);
  }

  @Test
  @DisplayName("Lists that promise much at every level cost no more than what is there")
  void promises() {
    var hex = new StringBuilder("00");
    for (int level = 0; level < 60; level++) {
      hex.append("f80219f9ffff");
    }
    var bytes = Arrays.copyOf(HexFormat.of().parseHex(hex), 300_000);
    assertThat(allocatedBy(bytes)).isLessThan(CONSTANT_BYTES);
  }

  @Test
  @DisplayName("A compressed stanza may grow to 16 MiB and no further")
  void inflated() {
    assertThat(StanzaCodec.decode(compressed(StanzaCodec.MAX_INFLATED_BYTES)).bytes())
        .hasSize(StanzaCodec.MAX_INFLATED_BYTES - 8);
    for (int length : List.of(StanzaCodec.MAX_INFLATED_BYTES + 1, 200 << 20)) {
      assertThatThrownBy(() -> StanzaCodec.decode(compressed(length)))
          .isInstanceOf(MalformedStanza.class);
    }
  }

  @Test
  @DisplayName("A compressed stanza with bytes behind it, or cut anywhere, is malformed")
  void compressedAndCut() {
    var whole = compressed(1000);
    assertThat(StanzaCodec.decode(whole).bytes()).hasSize(992);
    assertThatThrownBy(() -> StanzaCodec.decode(Arrays.copyOf(whole, whole.length + 1)))
        .isInstanceOf(MalformedStanza.class);
    for (int length = 1; length < whole.length; length++) {
      var cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> StanzaCodec.decode(cut)).isInstanceOf(MalformedStanza.class);
    }
  }

  /// `<iq>` with zero bytes: `length` bytes when inflated.
  private static byte[] compressed(int length) {
    var plain = new byte[length];
    var content = HexFormat.of().toHexDigits(length - 8);
    System.arraycopy(HexFormat.of().parseHex("f8021dfe" + content), 0, plain, 0, 8);
    return deflate(plain);
  }

  private static byte[] deflate(byte[] plain) {
    var deflater = new Deflater();
    deflater.setInput(plain);
    deflater.finish();
    var out = new ByteArrayOutputStream();
    out.write(2);
    var buffer = new byte[8192];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  @Test
  @Timeout(30)
  @DisplayName("A thousand damaged stanzas each give a stanza or a refusal, quickly and in bounds")
  void damaged() {
    var originals = stanzas().stream().map(StanzaCodec::encode).toList();
    originals.forEach(StanzaCodec::decode);
    var random = new Random(20260101);
    int refused = 0;
    for (int round = 0; round < 1000; round++) {
      var original = originals.get(random.nextInt(originals.size()));
      var bytes = damage(original, random);
      long began = System.nanoTime();
      long allocated = allocatedBy(bytes);
      var took = Duration.ofNanos(System.nanoTime() - began);
      assertThat(allocated).as("round %d", round).isLessThan(16L * bytes.length + CONSTANT_BYTES);
      assertThat(took).as("round %d", round).isLessThan(Duration.ofSeconds(1));
      refused += isRefused(bytes) ? 1 : 0;
    }
    assertThat(refused).isBetween(300, 999);
  }

  /// Bits turned, bytes replaced by markers, pieces cut out, doubled or moved.
  private static byte[] damage(byte[] original, Random random) {
    var bytes = original.clone();
    for (int blow = 0; blow <= random.nextInt(3); blow++) {
      int at = 1 + random.nextInt(bytes.length - 1);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) (236 + random.nextInt(20));
        case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
        default -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(16), bytes.length - Math.max(at, from));
          System.arraycopy(bytes, from, bytes, at, length);
        }
      }
    }
    return bytes;
  }

  private static boolean isRefused(byte[] bytes) {
    try {
      var element = StanzaCodec.decode(bytes);
      // What has been read can be written: an answer that echoes a part of it must not fail.
      assertThat(StanzaCodec.decode(StanzaCodec.encode(element))).isEqualTo(element);
      return false;
    } catch (MalformedStanza e) {
      return true;
    }
  }

  private static long allocatedBy(byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Object outcome;
    try {
      outcome = StanzaCodec.decode(bytes);
    } catch (MalformedStanza e) {
      outcome = e;
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(outcome).isInstanceOfAny(Element.class, MalformedStanza.class);
    return allocated;
  }

  /// Valid stanzas of every kind: those of the golden file, and generated ones.
  private static List<Element> stanzas() {
    var random = new Random(7);
    var stanzas = new ArrayList<Element>();
    IntStream.range(0, 100).forEach(_ -> stanzas.add(Stanzas.random(random)));
    for (var vector : Vectors.read("binary-nodes.json").get("cases")) {
      if (vector.get("mode").asText().equals("encode+decode")) {
        stanzas.add(Vectors.element(vector.get("node"), Jid::parse));
      }
    }
    return stanzas;
  }
}
