package holdfast.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LineFieldsTest {
  @Test
  @DisplayName("R38 With log-format=json a line is one object, and what it says are its fields")
  void writesObjects() throws JoranException, IOException {
    var line =
        logged(
            "json",
            "[SOCK_CLOSE] tenant=shop generation=3 cause=LOST text=reset \"by\" peer level=x");

    assertThat(line.lines()).hasSize(1);
    var json = parse(line);
    assertThat(json.get("event").asText()).isEqualTo("SOCK_CLOSE");
    assertThat(json.get("tenant").asText()).isEqualTo("shop");
    assertThat(json.get("generation").asText()).isEqualTo("3");
    assertThat(json.get("text").asText()).isEqualTo("reset \"by\" peer level=x");
    assertThat(json.get("level").asText()).isEqualTo("INFO");
    assertThat(json.get("message").asText()).startsWith("[SOCK_CLOSE] tenant=shop");
    assertThat(json.get("@timestamp").isTextual()).isTrue();
  }

  @Test
  @DisplayName("R38 Without a word it is a plain line with the same words")
  void writesLines() throws JoranException, IOException {
    assertThat(logged("text", "[SOCK_CREATE] tenant=shop reason=restore generation=4"))
        .contains(" INFO ")
        .endsWith("[SOCK_CREATE] tenant=shop reason=restore generation=4\n");
  }

  @Test
  @DisplayName("A line can't overwrite the encoder's fields, nor one of its own")
  void keepsOthersFields() {
    assertThat(LineFields.fields("tenant=a message=b level=c tenant=d state=e"))
        .containsOnlyKeys("tenant", "state")
        .containsEntry("tenant", "a");
    assertThat(LineFields.fields("tenant=shop connected and verified"))
        .containsExactly(java.util.Map.entry("tenant", "shop"));
    assertThat(LineFields.fields("nothing at all")).isEmpty();
  }

  /// What the shipped configuration writes for one line.
  private static String logged(String format, String line) throws JoranException {
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty("holdfast.log", format);
    var before = System.err;
    var written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      var configurator = new JoranConfigurator();
      configurator.setContext(context);
      configurator.doConfigure(
          Objects.requireNonNull(LineFieldsTest.class.getResource("/logback.xml")));
      context.getLogger("holdfast.client.Connections").info(line);
    } finally {
      context.stop();
      System.setErr(before);
    }
    return written.toString(StandardCharsets.UTF_8);
  }

  private static JsonNode parse(String line) throws IOException {
    return new JsonMapper().readTree(line);
  }
}
