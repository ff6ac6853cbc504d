package holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.gateway.session.Standing;
import holdfast.session.Status;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TerminalQrTest {
  @Test
  @DisplayName("R9: each new QR is drawn once in the terminal, and nothing when there is none")
  void drawsEachOnce() {
    var bytes = new ByteArrayOutputStream();
    var terminal = new TerminalQr("shop", new PrintStream(bytes, true, StandardCharsets.UTF_8));

    terminal.accept(Standing.in("awaiting_scan").status());
    assertThat(bytes.size()).isZero();
    terminal.accept(showing("first"));
    var once = bytes.size();
    terminal.accept(showing("first"));
    assertThat(bytes.size()).isEqualTo(once).isPositive();
    terminal.accept(showing("second"));
    assertThat(bytes.size()).isGreaterThan(once);
  }

  private static Status showing(String qr) {
    return Standing.in("awaiting_scan").showing(qr, Instant.MAX).status();
  }
}
