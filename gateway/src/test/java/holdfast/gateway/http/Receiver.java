package holdfast.gateway.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// A tenant's backend that really listens and answers as it is told.
final class Receiver implements AutoCloseable {
  /// Answers nothing until the receiver closes.
  static final int HANG = 0;

  private static final Pattern TYPE = Pattern.compile("\"type\":\"([a-z_.]+)\"");

  /// A request with the status that it was answered with.
  record Request(int status, String body, Headers headers) {
    String header(String name) {
      return String.valueOf(headers.getFirst(name));
    }

    String type() {
      var found = TYPE.matcher(body);
      return found.find() ? found.group(1) : "";
    }
  }

  /// What the n-th request, from 1 on, is answered, by its body.
  interface Plan {
    int status(int n, String body);
  }

  private final HttpServer server;
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch closing = new CountDownLatch(1);
  final List<Request> requests = new CopyOnWriteArrayList<>();
  volatile Plan plan = (_, _) -> 200;

  Receiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/hook", this::receive);
    server.start();
  }

  private void receive(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    int status = plan.status(asked.incrementAndGet(), body);
    requests.add(new Request(status, body, exchange.getRequestHeaders()));
    if (status == HANG) {
      try {
        closing.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    } else {
      exchange.sendResponseHeaders(status, -1);
    }
    exchange.close();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  int asked() {
    return asked.get();
  }

  /// The types of what was taken, in order.
  List<String> taken() {
    return requests.stream().filter(r -> r.status() == 200).map(Request::type).toList();
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
  }
}
