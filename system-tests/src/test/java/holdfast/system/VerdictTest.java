package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Verdict verdict = new Verdict();

  @Test
  @DisplayName("Every text once and in order is what was promised")
  void kept() {
    verdict.once("n ", 3, List.of("n 0", "n 1", "hello", "n 2"), Set.of());
    assertThat(verdict.flaws()).isEmpty();
  }

  @Test
  @DisplayName("R22: a text that is missing is a flaw")
  void missing() {
    verdict.once("n ", 3, List.of("n 0", "n 2"), Set.of());
    assertThat(verdict.flaws()).containsExactly("n 1 is missing");
  }

  @Test
  @DisplayName("R31: a text that came twice is a flaw")
  void twice() {
    verdict.once("n ", 2, List.of("n 0", "n 1", "n 0"), Set.of());
    assertThat(verdict.flaws()).containsExactly("n twice: [n 0]", "n 0 came after 1");
  }

  @Test
  @DisplayName("R36: a text out of order is a flaw, unless it had to be asked for again")
  void outOfOrder() {
    verdict.once("n ", 3, List.of("n 0", "n 2", "n 1"), Set.of());
    assertThat(verdict.flaws()).containsExactly("n 1 came after 2");

    var lenient = new Verdict();
    lenient.once("n ", 3, List.of("n 0", "n 2", "n 1"), Set.of("n 1"));
    assertThat(lenient.flaws()).isEmpty();
  }

  @Test
  @DisplayName("R22: a text that comes again after its ratchet was kept without it is a flaw")
  void lostOnTheWay() throws Exception {
    var events = List.of(undecryptable("A1", "unknown"), received("A1", "n 1"));

    assertThat(verdict.late(events, Set.of("A1"))).containsExactly("n 1");
    assertThat(verdict.flaws()).isEmpty();
    verdict.late(events, Set.of());
    assertThat(verdict.flaws()).hasSize(1);
  }

  @Test
  @DisplayName("R22: a text that can't be decrypted for another reason than a used key is a flaw")
  void damaged() throws Exception {
    verdict.late(List.of(undecryptable("A1", "bad_mac")), Set.of("A1"));
    assertThat(verdict.flaws()).hasSize(1);
  }

  private static JsonNode undecryptable(String id, String reason) throws Exception {
    return JSON.readTree(
        "{\"type\":\"message.undecryptable\",\"data\":{\"messageId\":\"%s\",\"reason\":\"%s\"}}"
            .formatted(id, reason));
  }

  private static JsonNode received(String id, String text) throws Exception {
    return JSON.readTree(
        "{\"type\":\"message.received\",\"data\":{\"messageId\":\"%s\",\"text\":\"%s\"}}"
            .formatted(id, text));
  }
}
