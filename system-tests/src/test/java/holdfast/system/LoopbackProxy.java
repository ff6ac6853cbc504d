package holdfast.system;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A small proxy of our own on loopback: CONNECT or SOCKS5, with one user who may use it, and an
/// end on demand.
final class LoopbackProxy implements AutoCloseable {
  private enum Kind {
    CONNECT,
    SOCKS5
  }

  static final String USER = "ann";
  static final String PASSWORD = "p@ss:word";

  private final Kind kind;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<String> targets = new CopyOnWriteArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private ServerSocket listening;

  private LoopbackProxy(Kind kind) throws IOException {
    this.kind = kind;
    this.listening = listen(0);
  }

  static LoopbackProxy connect() throws IOException {
    return new LoopbackProxy(Kind.CONNECT);
  }

  static LoopbackProxy socks5() throws IOException {
    return new LoopbackProxy(Kind.SOCKS5);
  }

  /// `password`: percent-encoded.
  String url(String password) {
    var scheme = kind == Kind.CONNECT ? "http://" : "socks5://";
    return scheme + USER + ":" + password + "@" + address();
  }

  String url() {
    return url("p%40ss%3Aword");
  }

  String address() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  /// Ways that it has opened so far.
  int opened() {
    return targets.size();
  }

  /// Where they led, as `host:port` in the caller's words.
  List<String> targets() {
    return targets;
  }

  /// Callers that it has turned away.
  int refused() {
    return refused.get();
  }

  /// Dies: everything through it ends, and nobody answers any more.
  void die() throws IOException {
    listening.close();
    for (var socket : open) {
      socket.close();
    }
  }

  /// Comes back at the same address.
  void revive() throws IOException {
    listening = listen(listening.getLocalPort());
  }

  private ServerSocket listen(int port) throws IOException {
    var server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    Thread.ofVirtual().start(() -> accept(server));
    return server;
  }

  private void accept(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        var caller = server.accept();
        open.add(caller);
        Thread.ofVirtual().start(() -> serve(caller));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket caller) {
    try (caller) {
      var in = new DataInputStream(caller.getInputStream());
      if (kind == Kind.CONNECT) {
        http(caller, in);
      } else {
        socks(caller, in);
      }
    } catch (IOException _) {
      // either side has ended: the other one ends with it
    } finally {
      open.remove(caller);
    }
  }

  private void http(Socket caller, DataInputStream in) throws IOException {
    var head = head(in);
    var credentials =
        Base64.getEncoder()
            .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    if (!head.toLowerCase(java.util.Locale.ROOT).contains("proxy-authorization: basic")
        || !head.contains(credentials)) {
      refused.incrementAndGet();
      say(caller, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    var target = head.split(" ")[1];
    int colon = target.lastIndexOf(':');
    tunnel(
        caller,
        in,
        target.substring(0, colon),
        Integer.parseInt(target.substring(colon + 1)),
        "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("hung up");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /// RFC 1928 with user and password (RFC 1929), a name or an IPv4 address, CONNECT only.
  private void socks(Socket caller, DataInputStream in) throws IOException {
    in.readByte();
    in.skipNBytes(in.readUnsignedByte());
    caller.getOutputStream().write(new byte[] {5, 2});
    in.readByte();
    var user = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
    var password = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
    boolean known = user.equals(USER) && password.equals(PASSWORD);
    caller.getOutputStream().write(new byte[] {1, (byte) (known ? 0 : 1)});
    if (!known) {
      refused.incrementAndGet();
      return;
    }
    in.skipNBytes(3);
    var host =
        in.readByte() == 1
            ? InetAddress.getByAddress(in.readNBytes(4)).getHostAddress()
            : new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
    tunnel(caller, in, host, in.readUnsignedShort(), new byte[] {5, 0, 0, 1, 127, 0, 0, 1, 0, 1});
  }

  private void tunnel(Socket caller, InputStream in, String host, int port, byte[] answer)
      throws IOException {
    try (var target = new Socket(host, port)) {
      open.add(target);
      targets.add(host + ":" + port);
      caller.getOutputStream().write(answer);
      var back =
          Thread.ofVirtual()
              .start(
                  () ->
                      pour(
                          target,
                          () -> target.getInputStream().transferTo(caller.getOutputStream()),
                          caller));
      pour(caller, () -> in.transferTo(target.getOutputStream()), target);
      back.interrupt();
      open.remove(target);
    }
  }

  private interface Pour {
    long all() throws IOException;
  }

  /// Whichever direction ends first ends both.
  private static void pour(Closeable from, Pour pour, Closeable to) {
    try (from;
        to) {
      pour.all();
    } catch (IOException _) {
      // ended
    }
  }

  private static void say(Socket caller, String text) throws IOException {
    caller.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    die();
  }
}
