package holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.session.Status;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TerminalQrTest {
  @Test
  @DisplayName("R9: each new QR is drawn once in the terminal, and nothing when there is none")
  void drawsEachOnce() {
    var bytes = new ByteArrayOutputStream();
    var terminal = new TerminalQr("shop", new PrintStream(bytes, true, StandardCharsets.UTF_8));

    terminal.accept(showing(Optional.empty()));
    assertThat(bytes.size()).isZero();
    terminal.accept(showing(Optional.of("first")));
    var once = bytes.size();
    terminal.accept(showing(Optional.of("first")));
    assertThat(bytes.size()).isEqualTo(once).isPositive();
    terminal.accept(showing(Optional.of("second")));
    assertThat(bytes.size()).isGreaterThan(once);
  }

  private static Status showing(Optional<String> qr) {
    return new Status(
        "awaiting_scan",
        Optional.empty(),
        1,
        true,
        Optional.empty(),
        qr.map(text -> new Status.Prompt(Optional.of(text), Optional.empty(), Instant.MAX)),
        new Status.Traffic(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        new Status.Trouble(0, Optional.empty(), 0, Optional.empty(), Optional.empty()),
        Status.Running.NOTHING);
  }
}
