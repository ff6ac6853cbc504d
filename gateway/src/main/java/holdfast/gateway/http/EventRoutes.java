package holdfast.gateway.http;

import holdfast.gateway.store.Envelope;
import holdfast.gateway.store.EventLog;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A tenant's events: pulled by a cursor, or streamed as they come.
final class EventRoutes implements AutoCloseable {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  /// Shorter than what proxies and the server itself take for a dead connection.
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private static final int STANDARD_LIMIT = 100;
  private static final int MOST = 1_000;
  private static final int OK = 200;

  private final Tenancy tenancy;
  private final EventLog log;
  private final Set<Thread> streaming = ConcurrentHashMap.newKeySet();

  EventRoutes(Tenancy tenancy, EventLog log) {
    this.tenancy = tenancy;
    this.log = log;
  }

  List<Route> routes() {
    return List.of(
        Route.reading("/v1/tenants/{tenant}/events", this::pull),
        Route.reading("/v1/tenants/{tenant}/events/stream", this::stream));
  }

  private void pull(Context request) throws InterruptedException {
    long after = Query.number(request, "after").orElse(0L);
    int limit = Query.limit(request, STANDARD_LIMIT, MOST);
    var wait = Query.duration(request, "wait", LONGEST_WAIT);
    var tenant = tenancy.tenant(request).id();
    try (var follower = log.follow(tenant)) {
      var events = follower.next(after, limit, wait);
      long next = events.isEmpty() ? after : events.getLast().seq();
      var envelopes = String.join(",", events.stream().map(Envelope::of).toList());
      request
          .status(OK)
          .contentType("application/json")
          .result(
              "{\"events\":[%s],\"next\":%d,\"newest\":%d}"
                  .formatted(envelopes, next, log.newest(tenant)));
    }
  }

  private void stream(Context request) throws IOException {
    var tenant = tenancy.tenant(request).id();
    long after = start(request, tenant);
    var response = request.res();
    response.setStatus(OK);
    response.setContentType("text/event-stream;charset=utf-8");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Accel-Buffering", "no");
    streaming.add(Thread.currentThread());
    try (var follower = log.follow(tenant)) {
      send(follower, after, response.getOutputStream());
    } catch (IOException _) {
      // whoever listened has gone
    } catch (InterruptedException _) {
      // the gateway stops; the listener comes back with its Last-Event-ID
    } finally {
      streaming.remove(Thread.currentThread());
    }
  }

  private static void send(EventLog.Follower follower, long after, ServletOutputStream out)
      throws IOException, InterruptedException {
    long sent = after;
    write(out, ": welcome\n\n");
    while (true) {
      var events = follower.next(sent, STANDARD_LIMIT, HEARTBEAT);
      if (events.isEmpty()) {
        write(out, ": alive\n\n");
      }
      for (var event : events) {
        out.write(
            "id: %d\nevent: %s\ndata: %s\n\n"
                .formatted(event.seq(), event.type(), Envelope.of(event))
                .getBytes(StandardCharsets.UTF_8));
        sent = event.seq();
      }
      out.flush();
    }
  }

  private static void write(ServletOutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /// Where the stream begins: behind what the listener has had, else behind `after`, else now.
  private long start(Context request, String tenant) {
    var last = request.header("Last-Event-ID");
    if (last != null && !last.isBlank()) {
      return Query.number("Last-Event-ID", last);
    }
    return Query.number(request, "after").orElseGet(() -> log.newest(tenant));
  }

  /// Ends all streams.
  @Override
  public void close() {
    streaming.forEach(Thread::interrupt);
  }
}
