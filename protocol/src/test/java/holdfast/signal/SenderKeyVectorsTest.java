package holdfast.signal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class SenderKeyVectorsTest {
  private static final HexFormat HEX = HexFormat.of();

  @TestFactory
  @DisplayName("Each recorded group conversation is read as its receiver should read it")
  Stream<DynamicTest> conversations() throws IOException {
    try (var stream = getClass().getResourceAsStream("/vectors/signal-group.json")) {
      var scenarios = new ObjectMapper().readTree(stream).get("scenarios");
      return StreamSupport.stream(scenarios.spliterator(), false)
          .map(it -> DynamicTest.dynamicTest(it.get("name").asText(), () -> play(it)));
    }
  }

  private static void play(JsonNode scenario) {
    var receiver = SenderKey.NONE;
    var messages = new HashMap<Integer, JsonNode>();
    for (var step : scenario.get("steps")) {
      switch (step.get("op").asText()) {
        case "process" -> receiver = receiver.accept(HEX.parseHex(step.get("bytes").asText()));
        case "encrypt" -> messages.put(step.get("msg").asInt(), step);
        case "decrypt" -> {
          var message = Objects.requireNonNull(messages.get(step.get("msg").asInt()));
          var outcome =
              SenderKey.decode(receiver.encode())
                  .decrypt(HEX.parseHex(message.get("bytes").asText()));
          if (step.get("ok").asBoolean()) {
            assertThat(outcome).isInstanceOf(SenderKey.Outcome.Plaintext.class);
            var plaintext = (SenderKey.Outcome.Plaintext) outcome;
            assertThat(HEX.formatHex(plaintext.bytes()))
                .isEqualTo(message.get("plaintext").asText());
            receiver = plaintext.next();
          } else {
            assertThat(outcome).isNotInstanceOf(SenderKey.Outcome.Plaintext.class);
          }
        }
        default -> {} // what the sender did is in the bytes
      }
    }
  }
}
