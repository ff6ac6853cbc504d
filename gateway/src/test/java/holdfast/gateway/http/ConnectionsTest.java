package holdfast.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConnectionsTest {
  private static final int CONNECTIONS = 400;
  private static final Duration IDLE = Duration.ofSeconds(1);

  @TempDir private Path temp;

  @Test
  @DisplayName(
      "An answer that comes at the very moment at which an idle connection is closed arrives, and the"
          + " connection takes the next request")
  void answersAtTheEndOfIdleness() throws Exception {
    try (var api = new Running(temp, Optional.empty());
        var server = api.api.listen("127.0.0.1", 0, IDLE);
        var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      api.put("/v1/tenants/shop", "{}");
      Callable<String> caller = () -> waitsAndAsksAgain(server.port());

      assertThat(pool.invokeAll(Collections.nCopies(CONNECTIONS, caller)))
          .extracting(call -> call.get())
          .containsOnly("200 200");
    }
  }

  @Test
  @DisplayName("A request that gets stuck is given up")
  void givesUpWhatIsStuck() throws Exception {
    try (var api = new Running(temp, Optional.empty());
        var server = api.api.listen("127.0.0.1", 0, IDLE);
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      begin(socket, "PUT /v1/tenants/shop", "Content-Length: 9\r\n\r\n{");

      assertThat(line(socket.getInputStream())).doesNotContain("200");
      assertThat(api.get("/v1/tenants/shop").status()).isEqualTo(404);
    }
  }

  @Test
  @DisplayName("A stop waits two seconds for what is still at work, and then cuts it off")
  void stops() throws Exception {
    try (var api = new Running(temp, Optional.empty());
        var socket = new Socket()) {
      api.put("/v1/tenants/shop", "{}");
      try (var server = api.api.listen("127.0.0.1", 0, Idle.STANDARD)) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        begin(socket, "GET /v1/tenants/shop/events/stream", "\r\n");
        await().until(() -> api.api.streams() == 1);
      }
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .contains("welcome");
    }
  }

  /// What is waited for on a socket ends only by a time of its own.
  private static void begin(Socket socket, String what, String rest) throws IOException {
    socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
    var request =
        "%s HTTP/1.1\r\nHost: a\r\nX-Api-Key: %s\r\n%s".formatted(what, Running.ADMIN, rest);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }

  private static String waitsAndAsksAgain(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return ask(socket, "/v1/tenants/shop/events?wait=" + IDLE)
          + " "
          + ask(socket, "/health/live");
    }
  }

  private static String ask(Socket socket, String path) throws IOException {
    begin(socket, "GET " + path, "\r\n");
    var in = socket.getInputStream();
    var status = line(in);
    int length = 0;
    for (var header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.startsWith("Content-Length: ")) {
        length = Integer.parseInt(header.substring("Content-Length: ".length()));
      }
    }
    in.readNBytes(length);
    return status.isEmpty() ? "nothing" : status.split(" ")[1];
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }
}
