import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// One answer per question, however often the webhook is repeated and wherever this process dies:
///
///     HOLDFAST_KEY=… WEBHOOK_SECRET=… java docs/examples/Worker.java
///
/// It keeps nothing. The answer goes out under the event's own id as its idempotency key, and only
/// when Holdfast has it is the webhook told that the event was taken. Whatever happens in between,
/// the event comes again and leads to the same message.
final class Worker {
  private static final Duration NEW = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int TAKEN = 204;
  private static final int NOT_OURS = 401;
  private static final int AGAIN = 503;

  // There is no JSON library in the JDK. These read what Holdfast writes, whose strings have no bare
  // quotes inside; yours will use a library.
  private static final Pattern TENANT = Pattern.compile("\"tenant\":\"([^\"]+)\"");
  private static final Pattern TYPE = Pattern.compile("\"type\":\"([a-z_.]+)\"");
  private static final Pattern FROM_ME = Pattern.compile("\"fromMe\":(true|false)");
  private static final Pattern CHAT = Pattern.compile("\"chat\":\\{\"jid\":\"([^\"]+)\"");
  private static final Pattern TEXT = Pattern.compile("\"text\":\"((?:[^\"\\\\]|\\\\.)*)\"");

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final String holdfast;
  private final String key;
  private final String secret;

  private Worker(String holdfast, String key, String secret) {
    this.holdfast = holdfast;
    this.key = key;
    this.secret = secret;
  }

  public static void main(String[] arguments) throws IOException {
    var worker =
        new Worker(
            setting("HOLDFAST_URL", "http://127.0.0.1:8080"),
            setting("HOLDFAST_KEY", ""),
            setting("WEBHOOK_SECRET", ""));
    var port = Integer.parseInt(setting("PORT", "8000"));
    var server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", worker::receive);
    server.start();
    System.out.println("listening on port " + server.getAddress().getPort());
  }

  private static String setting(String name, String standard) {
    return Optional.ofNullable(System.getenv(name)).orElse(standard);
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      var signature = exchange.getRequestHeaders().getFirst("X-Holdfast-Signature");
      var id = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      var answer = isOurs(signature, body) ? take(id, new String(body, StandardCharsets.UTF_8)) : NOT_OURS;
      exchange.sendResponseHeaders(answer, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isOurs(String signature, byte[] body) {
    var time = find(Pattern.compile("^t=(\\d{1,12}),"), signature == null ? "" : signature);
    if (time.isEmpty()) {
      return false;
    }
    var sent = Instant.ofEpochSecond(Long.parseLong(time.get()));
    if (Duration.between(sent, Instant.now()).abs().compareTo(NEW) > 0) {
      return false;
    }
    var ours = mac(time.get() + ".", body);
    return Pattern.compile("v1=([0-9a-f]{64})") // two while a secret is being changed
        .matcher(signature)
        .results()
        .anyMatch(v1 -> MessageDigest.isEqual(HexFormat.of().parseHex(v1.group(1)), ours));
  }

  private byte[] mac(String prefix, byte[] body) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update(prefix.getBytes(StandardCharsets.US_ASCII));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256, and the secret isn't empty", e);
    }
  }

  /// What the webhook is answered.
  private int take(String id, String event) throws InterruptedException {
    var question = find(TEXT, event);
    var isQuestion =
        find(TYPE, event).equals(Optional.of("message.received"))
            && find(FROM_ME, event).equals(Optional.of("false"))
            && question.isPresent();
    if (!isQuestion) {
      return TAKEN;
    }
    var tenant = find(TENANT, event).orElseThrow();
    var chat = find(CHAT, event).orElseThrow();
    return answer(id, tenant, chat, "You said: " + question.get()) ? TAKEN : AGAIN;
  }

  /// Returns whether Holdfast has the answer. `text` is the inside of a JSON string.
  private boolean answer(String id, String tenant, String chat, String text)
      throws InterruptedException {
    var body = "{\"to\":\"%s\",\"type\":\"text\",\"text\":\"%s\"}".formatted(chat, text);
    var request =
        HttpRequest.newBuilder(URI.create(holdfast + "/v1/tenants/" + tenant + "/messages"))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", id)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      // A worker that thinks finds other words the second time: then the first ones have gone out.
      return answer.statusCode() == 202 || answer.body().contains("\"idempotency_mismatch\"");
    } catch (IOException e) {
      return false; // the webhook comes again
    }
  }

  private static Optional<String> find(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(1)).findFirst();
  }
}
