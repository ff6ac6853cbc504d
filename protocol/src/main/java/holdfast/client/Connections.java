package holdfast.client;

import holdfast.session.Input;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one place that opens a session's socket (R2), one at a time: an open waits until the end
/// of the one before has been observed (R7), and what a connection says is passed on with its
/// generation.
///
/// The session's life keeps this rule by itself; here it holds even if the life is wrong, or is
/// restored while a socket is still open.
final class Connections {
  static final String NEVER_OPENED = "never opened";

  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  /// Where a connection's news goes.
  interface Sink {
    void opened(long generation);

    void received(long generation, byte[] stanza);

    void closed(long generation, Input.Cause cause, String text);

    /// What waits for the end of another may open now: `openPending` does it, on a thread that may
    /// block, and after the tenant has proven to be ours still.
    void due();
  }

  private final String tenant;
  private final Transport transport;
  private final Sink sink;
  private @Nullable Live live;
  private @Nullable Pending pending;

  private record Pending(long generation, Transport.Request request) {}

  Connections(String tenant, Transport transport, Sink sink) {
    this.tenant = tenant;
    this.transport = transport;
    this.sink = sink;
  }

  synchronized void open(long generation, Transport.Request request, String reason) {
    if (live != null) {
      log.warn(
          "tenant={} generation={} waits for the end of generation={}",
          Names.masked(tenant),
          generation,
          live.generation);
      pending = new Pending(generation, request);
      live.connection().ifPresent(Transport.Connection::destroy);
      return;
    }
    log.info(
        "[SOCK_CREATE] tenant={} reason={} generation={}",
        Names.masked(tenant),
        reason,
        generation);
    var opening = new Live(generation);
    live = opening;
    pending = null; // older than this one, if it is still there
    try {
      opening.connection = transport.open(request, opening);
    } catch (RuntimeException e) {
      opening.closed(Input.Cause.UNREACHABLE, "no connection can be made: " + e.getMessage());
    } catch (LinkageError | VirtualMachineError e) {
      live = null; // nobody will tell its end
      throw e;
    }
  }

  synchronized void send(long generation, List<byte[]> stanzas) {
    of(generation).ifPresent(connection -> connection.send(stanzas));
  }

  void close(long generation) {
    if (!isGivenUp(generation)) {
      synchronized (this) {
        of(generation).ifPresent(Transport.Connection::close);
      }
    }
  }

  void destroy(long generation) {
    if (!isGivenUp(generation)) {
      synchronized (this) {
        of(generation).ifPresent(Transport.Connection::destroy);
      }
    }
  }

  /// What still waits for its turn never comes up, once nobody wants it any more.
  private boolean isGivenUp(long generation) {
    synchronized (this) {
      if (pending == null || pending.generation() != generation) {
        return false;
      }
      pending = null;
    }
    sink.closed(generation, Input.Cause.CLOSED, NEVER_OPENED);
    return true;
  }

  /// Whatever is open, ends.
  synchronized void destroyAll() {
    pending = null;
    if (live != null) {
      live.connection().ifPresent(Transport.Connection::destroy);
    }
  }

  synchronized void reading(boolean on) {
    if (live != null) {
      live.connection().ifPresent(connection -> connection.reading(on));
    }
  }

  private Optional<Transport.Connection> of(long generation) {
    return live != null && live.generation == generation ? live.connection() : Optional.empty();
  }

  private synchronized void ended(Live which, Input.Cause cause, String text) {
    log.info(
        "[SOCK_CLOSE] tenant={} generation={} cause={} text={}",
        Names.masked(tenant),
        which.generation,
        cause,
        text);
    if (live == which) {
      live = null;
      if (pending != null) {
        sink.due();
      }
    }
  }

  /// Opens what has waited, unless it was given up meanwhile or a newer one came before it. May
  /// block.
  synchronized void openPending() {
    if (live == null && pending != null) {
      var next = pending;
      open(next.generation(), next.request(), "waited");
    }
  }

  private final class Live implements Transport.Listener {
    private final long generation;
    private Transport.@Nullable Connection connection;

    Live(long generation) {
      this.generation = generation;
    }

    Optional<Transport.Connection> connection() {
      return Optional.ofNullable(connection);
    }

    @Override
    public void opened() {
      sink.opened(generation);
    }

    @Override
    public void received(byte[] stanza) {
      sink.received(generation, stanza);
    }

    @Override
    public void closed(Input.Cause cause, String text) {
      ended(this, cause, text);
      sink.closed(generation, cause, text);
    }
  }
}
