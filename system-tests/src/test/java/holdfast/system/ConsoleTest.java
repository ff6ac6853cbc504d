package holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.sandbox.Sandbox;
import holdfast.sandbox.SandboxSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The console in a real browser, by a person's means only.
@NeedsNode
@NeedsBrowser
class ConsoleTest {
  private static final Path SCRIPT =
      BaileysPeer.folder().resolveSibling("browser/console.mjs").toAbsolutePath();

  @TempDir Path folder;

  @Test
  @DisplayName(
      "A person enters the key, makes a tenant, scans its QR, sends a message, sees the answer, and a"
          + " webhook's trouble")
  void usedByAPerson() throws Exception {
    try (var sandbox = Sandbox.start(SandboxSettings.inMemory());
        var gateway =
            GatewayProcess.start(
                folder.resolve("data"), sandbox, "--webhook-private-targets", "true")) {
      var browser =
          new ProcessBuilder("node", SCRIPT.toString(), gateway.url(), folder.toString())
              .redirectError(folder.resolve("browser.log").toFile())
              .start();
      try (var said = browser.inputReader();
          var told = browser.outputWriter()) {
        told.write(GatewayProcess.KEY + "\n");
        told.flush();
        assertThat(line(said)).as(this::log).isEqualTo("qr");
        var qr = gateway.get("/v1/tenants/kiosk/qr").body().required("qr").asText();
        sandbox.scan("15550109001", qr);
        told.write("scanned\n");
        told.flush();
        assertThat(line(said)).as(this::log).isEqualTo("done");
        assertThat(browser.waitFor(20, TimeUnit.SECONDS)).isTrue();
      } finally {
        browser.destroyForcibly();
      }
      assertThat(folder.resolve("chat.png")).isNotEmptyFile();
    }
  }

  private static String line(BufferedReader reader) throws IOException {
    var line = reader.readLine();
    return line == null ? "the browser ended" : line;
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("browser.log"));
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }
}
