package holdfast.sandbox.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.noise.FrameSplitter;
import holdfast.sandbox.world.Faults;
import holdfast.stanza.Element;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DamageTest {
  private static final byte[] BYTES = "bytes that nobody has spoilt yet".getBytes(US_ASCII);
  private static final Element MESSAGE = Element.of("message");

  private final Faults faults = new Faults(InstantSource.system(), _ -> Optional.empty());

  @Test
  @DisplayName("Only what was named is spoilt, so often as asked")
  void due() {
    faults.give("corrupt_stanza", Optional.of("1:1"), 2, Map.of("tag", "message"));

    assertThat(Damage.due(faults, "2:1", MESSAGE)).isEmpty();
    assertThat(Damage.due(faults, "1:1", Element.of("ack"))).isEmpty();
    assertThat(Damage.due(faults, "1:1", MESSAGE)).isPresent();
    assertThat(Damage.due(faults, "1:1", MESSAGE)).isPresent();
    assertThat(Damage.due(faults, "1:1", MESSAGE)).isEmpty();
  }

  @Test
  @DisplayName("Every way changes the bytes of its own layer, alike for the same seed")
  void ways() {
    for (long seed = 0; seed < 100; seed++) {
      for (var how : Damage.OF_STANZAS) {
        var damage = new Damage(Damage.Layer.STANZA, how, seed);
        assertThat(damage.stanza(BYTES)).isNotEqualTo(BYTES).isEqualTo(damage.stanza(BYTES));
        assertThat(damage.frame(BYTES)).isEqualTo(FrameSplitter.frame(BYTES));
      }
    }
    for (long seed = 0; seed < 3; seed++) {
      for (var how : Damage.OF_FRAMES) {
        var damage = new Damage(Damage.Layer.FRAME, how, seed);
        assertThat(damage.stanza(BYTES)).isEqualTo(BYTES);
        assertThat(damage.frame(BYTES))
            .isNotEqualTo(FrameSplitter.frame(BYTES))
            .isEqualTo(damage.frame(BYTES));
      }
    }
  }
}
