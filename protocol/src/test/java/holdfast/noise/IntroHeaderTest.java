package holdfast.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntroHeaderTest {
  @Test
  @DisplayName("A header is read when it is whole, byte by byte, with and without routing info")
  void reads() {
    for (var routing : List.of(new byte[0], new byte[] {8, 13, 8, 5}, new byte[4096])) {
      var header = IntroHeader.write(routing);
      for (int length = 0; length < header.length; length++) {
        assertThat(IntroHeader.read(Arrays.copyOf(header, length))).isEmpty();
      }
      var read = IntroHeader.read(Arrays.copyOf(header, header.length + 9)).orElseThrow();
      assertThat(read.magic()).containsExactly('W', 'A', 6, 3);
      assertThat(read.routingInfo()).isEqualTo(routing);
      assertThat(read.length()).isEqualTo(header.length);
    }
  }

  @Test
  @DisplayName("Routing info that no server would send is not replayed")
  void oversized() {
    assertThat(IntroHeader.write(new byte[5000])).hasSize(4);
  }

  @Test
  @DisplayName("The magic is given as received, with an older dictionary too")
  void dictionary() {
    var read = IntroHeader.read(new byte[] {'W', 'A', 6, 2}).orElseThrow();
    assertThat(read.magic()).containsExactly('W', 'A', 6, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "47", // GET
        "5742",
        "574105",
        "57410601",
        "4542",
        "454400010fffff", // more routing info than anyone has
        "45440001000000474554"
      })
  @DisplayName("Bytes that can't become a header are refused at once")
  void refuses(String hex) {
    var bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> IntroHeader.read(bytes)).isInstanceOf(NoiseFailure.class);
  }
}
