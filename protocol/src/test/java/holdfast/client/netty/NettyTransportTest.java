package holdfast.client.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.client.Proxy;
import holdfast.client.Transport;
import holdfast.crypto.KeyPair;
import holdfast.noise.FrameCipher;
import holdfast.noise.FrameSplitter;
import holdfast.session.Input;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A server that goes wrong ends its connection, once and with a reason, and nothing else.
class NettyTransportTest {
  private static final byte[] STANZA = {0, (byte) 0xF8, 1, 3};

  @Test
  @DisplayName("R14: nobody listens: unreachable")
  void refused() throws Exception {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertThat(end(nowhere(port))).startsWith("closed UNREACHABLE ").contains("refused");
  }

  @Test
  @DisplayName("R8, R14: a server that takes the connection and never says a word is given up")
  void silent() throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(end(nowhere(silent.getLocalPort())))
          .isEqualTo("closed UNREACHABLE no answer to the upgrade");
    }
  }

  @Test
  @DisplayName("R20: a TCP connect that nobody answers is dropped after its time")
  void blackHole() throws Exception {
    try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var inLine = new ArrayList<SocketChannel>();
      for (int i = 0; i < 8; i++) { // a full queue drops what comes: the SYN stays unanswered
        var waiting = SocketChannel.open();
        waiting.configureBlocking(false);
        waiting.connect(full.getLocalSocketAddress());
        inLine.add(waiting);
      }
      var begun = System.nanoTime();
      assertThat(end(nowhere(full.getLocalPort())))
          .startsWith("closed UNREACHABLE ")
          .contains("timed out after 1000 ms");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
      for (var waiting : inLine) {
        waiting.close();
      }
    }
  }

  @Test
  @DisplayName("R14: a name that doesn't exist is unreachable, in words")
  void unknownHost() throws Exception {
    var endpoint =
        new Endpoint(URI.create("ws://nowhere.invalid:80/ws"), new byte[32], Optional.empty());
    assertThat(end(endpoint)).startsWith("closed UNREACHABLE ");
  }

  @Test
  @DisplayName("R8, R14: a server that upgrades and never says hello is given up")
  void noHello() throws Exception {
    assertThat(endAfterHello(_ -> new byte[0])).isEqualTo("closed UNREACHABLE no server hello");
  }

  @Test
  @DisplayName("R14: a server that hangs up in the middle of the handshake")
  void hangsUp() throws Exception {
    var fault =
        new HostileServer.Fault() {
          @Override
          public Optional<byte[]> hello(byte[] right) {
            return Optional.empty();
          }
        };
    assertThat(end(fault)).isEqualTo("closed UNREACHABLE ended before the handshake was done");
  }

  @Test
  @DisplayName("R14: a hello that is cut short, tampered with or none at all doesn't verify")
  void badHello() throws Exception {
    assertThat(endAfterHello(_ -> FrameSplitter.frame(new byte[] {1, 2, 3})))
        .startsWith("closed HANDSHAKE ");
    assertThat(endAfterHello(right -> flipped(right, right.length - 1)))
        .startsWith("closed HANDSHAKE ");
    assertThat(
            endAfterHello(
                right -> FrameSplitter.frame(Arrays.copyOfRange(right, 3, right.length - 9))))
        .startsWith("closed HANDSHAKE ");
    assertThat(endAfterHello(_ -> new byte[] {0, 0, 0})).startsWith("closed HANDSHAKE ");
  }

  @Test
  @DisplayName(
      "R14: a frame that is tampered with, replayed, empty or too short ends the connection; what came before is kept")
  void badFrames() throws Exception {
    var tampered =
        endAfterwards(cipher -> List.of(flipped(FrameSplitter.frame(cipher.seal(STANZA)), 5)));
    assertThat(tampered).first().isEqualTo("opened");
    assertThat(tampered.getLast()).startsWith("closed MALFORMED ");
    assertThat(tampered).hasSize(2);

    var replayed =
        endAfterwards(
            cipher -> {
              var frame = FrameSplitter.frame(cipher.seal(STANZA));
              return List.of(frame, frame);
            });
    assertThat(replayed).hasSize(3).startsWith("opened", "received 4");
    assertThat(replayed.getLast()).startsWith("closed MALFORMED ");

    assertThat(endAfterwards(_ -> List.of(new byte[] {0, 0, 0})).getLast())
        .startsWith("closed MALFORMED ");
    assertThat(endAfterwards(_ -> List.of(new byte[] {0, 0, 1, 9})).getLast())
        .startsWith("closed MALFORMED ");
  }

  @Test
  @DisplayName("R14: a message longer than any frame ends the connection as malformed")
  void oversized() throws Exception {
    var tale = endAfterwards(_ -> List.of(new byte[(1 << 24) + 4]));
    assertThat(tale).hasSize(2).startsWith("opened");
    assertThat(tale.getLast()).startsWith("closed MALFORMED ").contains("length");
  }

  @Test
  @DisplayName("R42: a proxy that isn't there, hangs up or says nothing is named as the reason")
  void deadProxy() throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(endThrough("socks5://127.0.0.1:" + silent.getLocalPort()))
          .startsWith("closed PROXY the proxy 127.0.0.1:" + silent.getLocalPort() + " failed: ")
          .contains("timeout");
    }
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
      Thread.startVirtualThread(() -> hangUp(free));
      assertThat(endThrough("http://user:secret@127.0.0.1:" + port))
          .startsWith("closed PROXY the proxy 127.0.0.1:" + port + " failed: ")
          .contains("hung up")
          .doesNotContain("secret");
    }
    assertThat(endThrough("http://127.0.0.1:" + port))
        .startsWith("closed PROXY ")
        .contains("refused");
    assertThat(endThrough("socks5://nowhere.invalid:1080"))
        .startsWith("closed PROXY the proxy nowhere.invalid:1080 failed: ");
  }

  private static void hangUp(ServerSocket server) {
    try {
      server.accept().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String endThrough(String proxy) throws Exception {
    var told = new LinkedBlockingQueue<String>();
    try (var transport = transport(nowhere(9))) {
      var via = transport.through(() -> Optional.of(Proxy.parse(proxy)));
      via.open(request(), listener(told));
      return String.valueOf(told.poll(20, TimeUnit.SECONDS));
    }
  }

  @Test
  @DisplayName("R14: after the transport is shut, an open ends at once instead of never")
  void shut() {
    var transport = transport(nowhere(1));
    transport.close();
    var told = new LinkedBlockingQueue<String>();
    assertThatThrownBy(() -> transport.open(request(), listener(told)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(told).isEmpty();
  }

  @Test
  @DisplayName(
      "A server under another root, or with a certificate of another time, is refused before it learns who we are")
  void strangers() throws Exception {
    var heard = new LinkedBlockingQueue<String>();
    var fault =
        new HostileServer.Fault() {
          @Override
          public List<byte[]> afterwards(FrameCipher cipher) {
            heard.add("finish");
            return List.of();
          }
        };
    try (var server = new HostileServer(fault, Instant.now())) {
      var right = server.endpoint();
      var wrong = new Endpoint(right.url(), new byte[32], Optional.empty());
      assertThat(end(wrong)).startsWith("closed HANDSHAKE ");
    }
    try (var server = new HostileServer(fault, Instant.now().minus(Duration.ofDays(10)))) {
      assertThat(end(server.endpoint())).isEqualTo("closed HANDSHAKE a certificate has expired");
    }
    assertThat(heard).isEmpty();
  }

  // ---- one connection's tale

  private static String endAfterHello(UnaryOperator<byte[]> changed) throws Exception {
    return end(
        new HostileServer.Fault() {
          @Override
          public Optional<byte[]> hello(byte[] right) {
            return Optional.of(changed.apply(right));
          }
        });
  }

  private static List<String> endAfterwards(Function<FrameCipher, List<byte[]>> said)
      throws Exception {
    var fault =
        new HostileServer.Fault() {
          @Override
          public List<byte[]> afterwards(FrameCipher cipher) {
            return said.apply(cipher);
          }
        };
    try (var server = new HostileServer(fault)) {
      return tale(server.endpoint());
    }
  }

  private static String end(HostileServer.Fault fault) throws Exception {
    try (var server = new HostileServer(fault)) {
      return end(server.endpoint());
    }
  }

  private static String end(Endpoint endpoint) throws Exception {
    var tale = tale(endpoint);
    assertThat(tale).hasSize(1);
    return tale.getFirst();
  }

  /// Everything that is told of a connection; its end is the last.
  private static List<String> tale(Endpoint endpoint) throws Exception {
    var told = new LinkedBlockingQueue<String>();
    var tale = new ArrayList<String>();
    try (var transport = transport(endpoint)) {
      var connection = transport.open(request(), listener(told));
      while (tale.isEmpty() || !tale.getLast().startsWith("closed")) {
        var next = told.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("after %s", tale).isNotNull();
        tale.add(next);
      }
      connection.close();
      connection.destroy();
      assertThat(told.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }
    return tale;
  }

  private static NettyTransport transport(Endpoint endpoint) {
    var limits = new Limits(Duration.ofSeconds(1), Duration.ofSeconds(2));
    return new NettyTransport(endpoint, InstantSource.system(), new Random(3), limits);
  }

  private static Transport.Request request() {
    return new Transport.Request(KeyPair.generate(new Random(4)), new byte[] {1}, new byte[0]);
  }

  private static Endpoint nowhere(int port) {
    return new Endpoint(
        URI.create("ws://127.0.0.1:" + port + "/ws/chat"), new byte[32], Optional.empty());
  }

  private static byte[] flipped(byte[] bytes, int at) {
    var other = bytes.clone();
    other[at] ^= 1;
    return other;
  }

  private static Transport.Listener listener(BlockingQueue<String> told) {
    return new Transport.Listener() {
      @Override
      public void opened() {
        told.add("opened");
      }

      @Override
      public void received(byte[] stanza) {
        told.add("received " + stanza.length);
      }

      @Override
      public void closed(Input.Cause cause, String text) {
        told.add("closed " + cause + " " + text);
      }
    };
  }
}
