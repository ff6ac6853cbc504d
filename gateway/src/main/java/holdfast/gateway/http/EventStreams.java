package holdfast.gateway.http;

import holdfast.client.Store.StoreUnavailable;
import holdfast.gateway.store.Envelope;
import holdfast.gateway.store.EventLog;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/// Server-sent events, a thread a stream.
///
/// Nothing is held for a reader but the page at hand: who doesn't take it blocks the stream's own
/// thread, and is cut by the server when it takes nothing for too long; the log has the rest when
/// it comes back.
final class EventStreams implements AutoCloseable {
  /// Shorter than what proxies and the server itself take for a dead connection.
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private static final int PAGE = 100;
  private static final int MOST = 1_000;

  /// Of one tenant, or of the stream of all.
  static final int MOST_EACH = 20;

  private static final int OK = 200;

  private final Map<Thread, String> streaming = new ConcurrentHashMap<>();

  /// Who reads a stream. `whose`: the tenant, empty for all; `isAllowed`: whether what let the
  /// listener in still holds.
  record Listener(String whose, BooleanSupplier isAllowed) {}

  /// Returns when the reader has gone or mustn't read any more, or the gateway stops.
  ///
  /// @throws Refusal when too many streams are open
  void run(Context request, Listener listener, EventLog.Follower follower, long after) {
    enter(listener.whose());
    try {
      var response = request.res();
      response.setStatus(OK);
      response.setContentType("text/event-stream;charset=utf-8");
      response.setHeader("Cache-Control", "no-store");
      response.setHeader("X-Accel-Buffering", "no");
      send(follower, after, listener, response.getOutputStream());
    } catch (IOException _) {
      // whoever listened has gone, or took too little for too long
    } catch (StoreUnavailable _) {
      // nothing else can be said in the middle of a stream; the listener comes back
    } catch (InterruptedException _) {
      // the gateway stops; the listener comes back with its Last-Event-ID
    } finally {
      streaming.remove(Thread.currentThread());
    }
  }

  private synchronized void enter(String whose) {
    long open = streaming.values().stream().filter(whose::equals).count();
    if (open >= MOST_EACH || streaming.size() >= MOST) {
      throw Refusal.of(Problem.TOO_MANY_STREAMS);
    }
    streaming.put(Thread.currentThread(), whose);
  }

  /// Whether the listener may read is asked behind each page that was read and before it is
  /// written: so nothing goes out that was read after its key was revoked, or that belongs to a
  /// later tenant of the same id.
  private static void send(
      EventLog.Follower follower, long after, Listener listener, ServletOutputStream out)
      throws IOException, InterruptedException {
    long sent = after;
    write(out, ": welcome\n\n");
    while (true) {
      var page = follower.next(sent, PAGE, HEARTBEAT);
      if (!listener.isAllowed().getAsBoolean()) {
        return;
      }
      if (page.events().isEmpty()) {
        write(out, ": alive\n\n");
      }
      for (var event : page.events()) {
        out.write(
            "id: %d\nevent: %s\ndata: %s\n\n"
                .formatted(event.cursor(), event.entry().type(), Envelope.of(event.entry()))
                .getBytes(StandardCharsets.UTF_8));
      }
      sent = page.next();
      out.flush();
    }
  }

  private static void write(ServletOutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  int open() {
    return streaming.size();
  }

  @Override
  public void close() {
    streaming.keySet().forEach(Thread::interrupt);
  }
}
