package holdfast.kill;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.system.BaileysPeer;
import holdfast.system.GatewayProcess;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Numbered texts both ways, as fast as both sides take them, whatever becomes of the gateway in
/// between: who finds it gone asks the next one the same again.
final class Conversation implements AutoCloseable {
  static final String TENANT = "/v1/tenants/shop";

  /// How far a writer may be ahead of the readers.
  private static final int WINDOW = 100;

  private static final String LAST = "last";

  private static final long MOMENT_MILLIS = 50;

  private final BaileysPeer writer;
  private final BaileysPeer reader;
  private final Supplier<GatewayProcess> gateway;
  private final String ours;
  private final String theirs;
  private final List<String> atPeer = new CopyOnWriteArrayList<>();
  private final AtomicInteger inLog = new AtomicInteger();
  private final Semaphore progress = new Semaphore(0);
  private final AtomicInteger toThem = new AtomicInteger();
  private final AtomicInteger toUs = new AtomicInteger();
  private final List<Thread> writers;
  private final List<Thread> readers;
  private volatile boolean writing = true;
  private volatile boolean reading = true;
  private volatile boolean lastInLog;

  Conversation(
      BaileysPeer writer,
      BaileysPeer reader,
      Supplier<GatewayProcess> gateway,
      String ours,
      String theirs) {
    this.writer = writer;
    this.reader = reader;
    this.gateway = gateway;
    this.ours = ours;
    this.theirs = theirs;
    this.writers = List.of(start(this::writeToThem), start(this::writeToUs));
    this.readers = List.of(start(this::readReader), start(this::readLog));
  }

  private static Thread start(Runnable task) {
    return Thread.ofVirtual().start(task);
  }

  private void writeToThem() {
    while (writing) {
      if (toThem.get() - atPeer.size() >= WINDOW) {
        awaitProgress();
        continue;
      }
      var text = "to them " + toThem.get();
      var body = Map.of("to", "+" + theirs, "type", "text", "text", text);
      if (answered(() -> gateway.get().post(TENANT + "/messages", body, text.replace(' ', '-')))) {
        toThem.incrementAndGet();
      }
    }
  }

  private boolean answered(Supplier<GatewayProcess.Answer> asked) {
    try {
      return asked.get().status() == 202;
    } catch (UncheckedIOException _) {
      awaitProgress();
      return false;
    }
  }

  /// Until a text has arrived somewhere, or a moment has passed.
  private void awaitProgress() {
    try {
      if (progress.tryAcquire(MOMENT_MILLIS, TimeUnit.MILLISECONDS)) {
        progress.drainPermits();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      writing = false;
      reading = false;
    }
  }

  private void progressed() {
    progress.release();
  }

  private void writeToUs() {
    while (writing) {
      if (toUs.get() - inLog.get() >= WINDOW) {
        awaitProgress();
        continue;
      }
      writer.send(ours, "to us " + toUs.get());
      toUs.incrementAndGet();
    }
  }

  private void readReader() {
    while (reading) {
      try {
        atPeer.add(reader.awaitText(_ -> true).text());
        progressed();
      } catch (AssertionError _) {
        // Nothing came for a while: the gateway was away, or the run is over.
      }
    }
  }

  private void readLog() {
    long after = 0;
    while (reading) {
      try {
        var path = TENANT + "/events?limit=1000&wait=PT1S&after=" + after;
        var page = gateway.get().get(path).body();
        page.required("events").forEach(this::logged);
        after = page.required("next").asLong();
      } catch (UncheckedIOException | IllegalArgumentException _) {
        awaitProgress();
      }
    }
  }

  private void logged(JsonNode event) {
    if (event.required("type").asText().equals("message.received")) {
      if (LAST.equals(event.required("data").path("text").asText())) {
        lastInLog = true;
      } else {
        inLog.incrementAndGet();
      }
      progressed();
    }
  }

  /// How many texts have arrived on either side.
  int arrived() {
    return atPeer.size() + inLog.get();
  }

  /// Ends the writers; gives when the last text has been taken by who was to send it.
  void finishWriting() throws InterruptedException {
    writing = false;
    for (var writer : writers) {
      writer.join();
    }
  }

  /// One word more each way: whatever came twice came before it.
  void last() {
    var body = Map.of("to", "+" + theirs, "type", "text", "text", LAST);
    gateway.get().post(TENANT + "/messages", body, LAST);
    writer.send(ours, LAST);
  }

  boolean isLastThere() {
    return atPeer.contains(LAST) && lastInLog;
  }

  boolean isAllThere() {
    return atPeer.stream().distinct().count() >= toThem.get() && inLog.get() >= toUs.get();
  }

  @Override
  public String toString() {
    return "to them %d, arrived %d; to us %d, arrived %d"
        .formatted(toThem.get(), atPeer.size(), toUs.get(), inLog.get());
  }

  int toThem() {
    return toThem.get();
  }

  int toUs() {
    return toUs.get();
  }

  List<String> atPeer() {
    return List.copyOf(atPeer);
  }

  @Override
  public void close() {
    writing = false;
    reading = false;
    readers.forEach(Thread::interrupt);
  }
}
