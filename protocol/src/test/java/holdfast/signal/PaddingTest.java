package holdfast.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import holdfast.crypto.Forged;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PaddingTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  @DisplayName("Recorded paddings come off, and ours is the recorded one for the same length")
  void knowsTheVectors() throws IOException {
    try (var stream = getClass().getResourceAsStream("/vectors/padding.json")) {
      var vectors = new ObjectMapper().readTree(stream);
      assertThat(vectors.get("pad")).isNotEmpty();
      for (var it : vectors.get("pad")) {
        var plaintext = HEX.parseHex(it.get("plaintext").asText());
        var padded = HEX.parseHex(it.get("padded").asText());
        assertThat(Padding.unpad(padded)).isEqualTo(plaintext);
        assertThat(Padding.pad(plaintext, drawing(it.get("pad").asInt() - 1))).isEqualTo(padded);
      }
      for (var it : vectors.get("unpad")) {
        var padded = HEX.parseHex(it.get("padded").asText());
        if (isWhole(padded)) {
          assertThat(HEX.formatHex(Padding.unpad(padded))).isEqualTo(it.get("unpadded").asText());
        } else {
          assertThatThrownBy(() -> Padding.unpad(padded)).isInstanceOf(Forged.class);
        }
      }
    }
  }

  /// The rule, written the other way round.
  private static boolean isWhole(byte[] padded) {
    for (var n = 1; n <= Math.min(16, padded.length); n++) {
      var tail = new byte[n];
      Arrays.fill(tail, (byte) n);
      if (Arrays.equals(tail, Arrays.copyOfRange(padded, padded.length - n, padded.length))) {
        return true;
      }
    }
    return false;
  }

  private static Random drawing(int value) {
    return new Random() {
      @Override
      public int nextInt() {
        return value;
      }
    };
  }

  @Test
  @DisplayName("All lengths from 1 to 16 are drawn, and every one comes off again")
  void drawsEveryLength() {
    var random = new Random(1);
    var lengths = new BitSet();
    for (var i = 0; i < 500; i++) {
      var plaintext = new byte[random.nextInt(50)];
      random.nextBytes(plaintext);
      var padded = Padding.pad(plaintext, random);
      lengths.set(padded.length - plaintext.length);
      assertThat(Padding.unpad(padded)).isEqualTo(plaintext);
    }
    assertThat(lengths.nextSetBit(0)).isEqualTo(1);
    assertThat(lengths.cardinality()).isEqualTo(16);
    assertThat(lengths.length()).isEqualTo(17);
  }

  @Test
  @DisplayName("1,000 damaged plaintexts are Forged, or padded by the rule all the same")
  void judgesDamage() {
    var forged = 0;
    for (var seed = 0; seed < 1_000; seed++) {
      var random = new Random(seed);
      var plaintext = new byte[random.nextInt(40)];
      random.nextBytes(plaintext);
      var damaged = Damage.of(Padding.pad(plaintext, random), random);
      try {
        var unpadded = Padding.unpad(damaged);
        assertThat(isWhole(damaged)).as("seed %d", seed).isTrue();
        assertThat(Arrays.copyOf(damaged, unpadded.length)).as("seed %d", seed).isEqualTo(unpadded);
      } catch (Forged e) {
        assertThat(isWhole(damaged)).as("seed %d", seed).isFalse();
        forged++;
      }
    }
    assertThat(forged).isGreaterThan(300);
  }
}
