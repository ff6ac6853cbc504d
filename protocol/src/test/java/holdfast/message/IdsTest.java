package holdfast.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.Golden;
import holdfast.stanza.Jid;
import holdfast.store.Ulid;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IdsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  static Stream<JsonNode> golden() {
    return Golden.each(Golden.read("misc.json").get("messageIds"));
  }

  @ParameterizedTest
  @MethodSource("golden")
  @DisplayName("Message ids are made as WhatsApp Web makes them")
  void messageIds(JsonNode vector) {
    var user =
        vector.get("userJid").isNull() ? "" : Jid.parse(vector.get("userJid").asText()).user();
    var random = HexFormat.of().parseHex(vector.get("random16").asText());

    assertThat(
            MessageId.next(
                user, Instant.ofEpochSecond(vector.get("unixSeconds").asLong()), fixed(random)))
        .isEqualTo(vector.get("id").asText());
  }

  private static RandomGenerator fixed(byte[] bytes) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new AssertionError("only bytes are drawn");
      }

      @Override
      public void nextBytes(byte[] target) {
        System.arraycopy(bytes, 0, target, 0, target.length);
      }
    };
  }

  @Test
  @DisplayName("Our ids grow, also within a millisecond and when the clock is set back")
  void ulidsGrow() {
    var random = new Random(3);
    var last = "";
    for (int number = 0; number < 2000; number++) {
      var now = NOON.plusMillis(random.nextInt(-5000, 5000));
      var next = Ulid.next(last, now, random);
      assertThat(next).hasSize(26).isGreaterThan(last).matches("[0-9A-HJKMNP-TV-Z]{26}");
      last = next;
    }
  }

  @Test
  @DisplayName("An id tells its time in its first ten signs")
  void ulidTime() {
    assertThat(Ulid.next("", Instant.ofEpochMilli(1469918176385L), new Random(1)))
        .startsWith("01ARYZ6S41");
  }
}
