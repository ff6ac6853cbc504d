package holdfast.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;

/// A bad line between the gateway and the sandbox: a TCP proxy on loopback that hands everything on
/// late, and now and then very late, as TCP does when a packet was lost.
public final class Line implements AutoCloseable {
  /// `lossy`: how much of what is handed on waits for the `again` of a lost packet, 0 to 1.
  public record Quality(Duration delay, double lossy, Duration again, long seed) {}

  private record Late(byte[] bytes, Instant due) {}

  private static final int CHUNK = 16 * 1024;

  /// More than this on its way, and the sender has to wait.
  private static final int ON_ITS_WAY = 256;

  private final ServerSocket server;
  private final URI target;
  private final Quality quality;

  private Line(ServerSocket server, URI target, Quality quality) {
    this.server = server;
    this.target = target;
    this.quality = quality;
  }

  public static Line to(URI target, Quality quality) throws IOException {
    var line = new Line(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target, quality);
    Thread.ofVirtual().start(line::accept);
    return line;
  }

  /// The target, by way of this line.
  public URI url() {
    return URI.create("ws://127.0.0.1:" + server.getLocalPort() + target.getPath());
  }

  private void accept() {
    try {
      for (long number = 0; ; number++) {
        var near = server.accept();
        var far = new Socket();
        far.connect(new InetSocketAddress(target.getHost(), target.getPort()));
        carry(near, far, 2 * number);
        carry(far, near, 2 * number + 1);
      }
    } catch (IOException e) {
      // The line is closed.
    }
  }

  private void carry(Socket from, Socket to, long number) throws IOException {
    var late = new ArrayBlockingQueue<Late>(ON_ITS_WAY);
    var in = from.getInputStream();
    var out = to.getOutputStream();
    from.setTcpNoDelay(true);
    Thread.ofVirtual().start(() -> take(in, late, new SplittableRandom(quality.seed() + number)));
    Thread.ofVirtual().start(() -> give(late, out, to));
  }

  private void take(InputStream in, BlockingQueue<Late> late, SplittableRandom random) {
    try {
      var last = Instant.now();
      var buffer = new byte[CHUNK];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        var due = Instant.now().plus(quality.delay());
        if (random.nextDouble() < quality.lossy()) {
          due = due.plus(quality.again());
        }
        last = due.isAfter(last) ? due : last; // what is behind something late is late too
        late.put(new Late(java.util.Arrays.copyOf(buffer, read), last));
      }
    } catch (IOException e) {
      // The end of this direction, like an orderly one.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      var _ = late.offer(new Late(new byte[0], Instant.now().plus(quality.delay())));
    }
  }

  private static void give(BlockingQueue<Late> late, OutputStream out, Socket to) {
    try (to) {
      for (var next = late.take(); next.bytes().length > 0; next = late.take()) {
        var wait = Duration.between(Instant.now(), next.due());
        if (wait.isPositive()) {
          LockSupport.parkNanos(wait.toNanos());
        }
        out.write(next.bytes());
        out.flush();
      }
    } catch (IOException e) {
      // Whoever was to get it is gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
