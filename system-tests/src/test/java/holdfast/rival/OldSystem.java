package holdfast.rival;

import holdfast.sandbox.Sandbox;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// What systems T, C and S did around the sockets of one link, mistakes included.
@SuppressWarnings("FutureReturnValueIgnored") // nobody there looked at what became of it
public final class OldSystem implements AutoCloseable {
  private final Sandbox sandbox;
  private final Link link;
  private final RandomGenerator random;
  private final List<PlainClient> sockets = new CopyOnWriteArrayList<>();
  private final List<String> jobs = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean closed;

  public OldSystem(Sandbox sandbox, Link link, RandomGenerator random) {
    this.sandbox = sandbox;
    this.link = link;
    this.random = random;
  }

  /// Opens a socket, whatever is open, and listens to it as well.
  public PlainClient open() {
    var socket = PlainClient.open(sandbox, link, random, this::heard);
    sockets.add(socket);
    return socket;
  }

  /// Every message is a job, whichever socket it came over.
  private void heard(Element stanza) {
    if (stanza.is("message")) {
      jobs.add(stanza.require("id"));
    }
  }

  /// T: a socket is reused once it is connected; "not connected yet" is a reason to open another.
  public PlainClient start() {
    return sockets.stream().filter(PlainClient::isConnected).findFirst().orElseGet(this::open);
  }

  /// C: whoever is replaced takes its place back after a pause, for ever.
  public PlainClient openStubbornly(Duration pause) {
    var socket = open();
    socket
        .ended()
        .thenAccept(
            word -> {
              if (word.equals("replaced") && !closed) {
                timers.schedule(
                    () -> openStubbornly(pause), pause.toMillis(), TimeUnit.MILLISECONDS);
              }
            });
    return socket;
  }

  /// S: every connection begins a heartbeat over whatever connection there is, and ends none.
  public PlainClient openBeating(Duration period) {
    var socket = open();
    socket
        .connected()
        .thenAccept(
            _ ->
                timers.scheduleAtFixedRate(
                    () -> ping(sockets.getLast()),
                    period.toMillis(),
                    period.toMillis(),
                    TimeUnit.MILLISECONDS));
    return socket;
  }

  private static void ping(PlainClient over) {
    over.ask(
        Element.of("iq")
            .with("type", "get")
            .with("xmlns", "w:p")
            .with("to", Jid.SERVER)
            .containing(Element.of("ping")));
  }

  public Link link() {
    return link;
  }

  public List<PlainClient> sockets() {
    return sockets;
  }

  /// How often a socket of ours was ended with this word.
  public long ended(String word) {
    return sockets.stream().filter(socket -> word.equals(socket.ended().getNow(""))).count();
  }

  /// The ids of the messages that were processed, each as often as it was.
  public List<String> jobs() {
    return jobs;
  }

  @Override
  public void close() {
    closed = true;
    timers.shutdownNow();
    sockets.forEach(PlainClient::close);
  }
}
