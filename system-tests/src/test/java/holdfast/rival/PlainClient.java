package holdfast.rival;

import holdfast.noise.ClientHandshake;
import holdfast.noise.FrameCipher;
import holdfast.noise.FrameSplitter;
import holdfast.sandbox.Sandbox;
import holdfast.stanza.Element;
import holdfast.stanza.StanzaCodec;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One socket, from its opening to its end, and nothing that would keep a second one from being
/// opened beside it.
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of a write shows as the end
public final class PlainClient implements WebSocket.Listener {
  private static final int MOST_BYTES = 1 << 24;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Link link;
  private final ClientHandshake handshake;
  private final FrameSplitter splitter = new FrameSplitter(MOST_BYTES);
  private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
  private final CompletableFuture<List<String>> refs = new CompletableFuture<>();
  private final CompletableFuture<Boolean> paired = new CompletableFuture<>();
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private final Map<String, CompletableFuture<Element>> asked = new ConcurrentHashMap<>();
  private final List<Consumer<Element>> listeners = new CopyOnWriteArrayList<>();
  private final AtomicLong ids = new AtomicLong();
  private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);
  private @Nullable FrameCipher cipher;
  private @Nullable WebSocket socket;

  private PlainClient(Sandbox sandbox, Link link, RandomGenerator random) {
    this.link = link;
    this.handshake = new ClientHandshake(link.noise(), sandbox.noiseRoot(), new byte[0], random);
  }

  /// Opens a socket, whatever else is open; what becomes of it shows later.
  public static PlainClient open(Sandbox sandbox, Link link, RandomGenerator random) {
    return open(sandbox, link, random, _ -> {});
  }

  /// `listener` is told of every stanza.
  public static PlainClient open(
      Sandbox sandbox, Link link, RandomGenerator random, Consumer<Element> listener) {
    var client = new PlainClient(sandbox, link, random);
    client.listeners.add(listener);
    HTTP.newWebSocketBuilder()
        .buildAsync(sandbox.wsUrl(), client)
        .whenComplete(
            (_, why) -> {
              if (why != null) {
                client.ended.complete("unreachable");
              }
            });
    return client;
  }

  /// Completes with `<success>`.
  public CompletableFuture<Boolean> connected() {
    return connected;
  }

  public boolean isConnected() {
    return connected.isDone() && !ended.isDone();
  }

  /// Completes with what a QR can be made of.
  public CompletableFuture<List<String>> refs() {
    return refs;
  }

  /// Completes when a phone has taken the link.
  public CompletableFuture<Boolean> paired() {
    return paired;
  }

  /// Completes at the end with the server's word for it: `replaced`, `device_removed`, `failure
  /// 401`, or `closed` when it said none.
  public CompletableFuture<String> ended() {
    return ended;
  }

  // ---- what is said

  public synchronized void send(Element stanza) {
    if (cipher != null && !ended.isDone()) {
      write(FrameSplitter.frame(cipher.seal(StanzaCodec.encode(stanza))));
    }
  }

  /// An iq of ours; fails when the connection ends before it is answered.
  public CompletableFuture<Element> ask(Element iq) {
    var id = "plain-" + ids.incrementAndGet();
    return deliver(id, iq.with("id", id));
  }

  /// Sends a message; completes with its ack, fails when the connection ends before that.
  CompletableFuture<Element> deliver(String id, Element message) {
    var ack = new CompletableFuture<Element>();
    asked.put(id, ack);
    send(message);
    if (ended.isDone()) {
      ack.completeExceptionally(new IllegalStateException(ended.join()));
    }
    return ack;
  }

  public synchronized void close() {
    if (socket != null) {
      socket.abort();
    }
    over("closed");
  }

  /// One after the other, as a WebSocket wants it.
  private synchronized void write(byte[] bytes) {
    var open = socket;
    if (open != null) {
      sending =
          sending
              .handle((_, _) -> true)
              .thenCompose(_ -> open.sendBinary(ByteBuffer.wrap(bytes), true));
    }
  }

  // ---- what is heard

  @Override
  public synchronized void onOpen(WebSocket opened) {
    socket = opened;
    write(handshake.start());
    opened.request(1);
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    var bytes = new byte[data.remaining()];
    data.get(bytes);
    splitter.feed(bytes).forEach(this::take);
    from.request(1);
    return null;
  }

  private synchronized void take(byte[] frame) {
    if (cipher == null) {
      var finished = handshake.finish(frame, link.payload(), Instant.now());
      cipher = finished.cipher();
      write(finished.clientFinish());
    } else {
      heard(StanzaCodec.decode(cipher.open(frame)));
    }
  }

  private void heard(Element stanza) {
    switch (stanza.tag()) {
      case "success" -> connected.complete(true);
      case "failure" -> over("failure " + stanza.require("reason"));
      case "stream:error" ->
          over(
              stanza
                  .child("conflict")
                  .map(conflict -> conflict.require("type"))
                  .orElse("error " + stanza.attribute("code").orElse("")));
      case "iq" -> iq(stanza);
      case "ack" -> answered(stanza);
      default -> {}
    }
    listeners.forEach(listener -> listener.accept(stanza));
  }

  private void iq(Element iq) {
    iq.child("pair-device")
        .ifPresent(
            pair -> {
              send(Element.of("iq").with("type", "result").with("id", iq.require("id")));
              refs.complete(pair.children("ref").stream().map(Element::text).toList());
            });
    iq.child("pair-success").ifPresent(_ -> paired.complete(true));
    answered(iq);
  }

  private void answered(Element stanza) {
    var answer = asked.remove(stanza.attribute("id").orElse(""));
    if (answer != null) {
      answer.complete(stanza);
    }
  }

  private void over(String word) {
    if (ended.complete(word)) {
      asked.values().forEach(it -> it.completeExceptionally(new IllegalStateException(word)));
    }
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    over("closed");
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable why) {
    over("closed");
  }
}
