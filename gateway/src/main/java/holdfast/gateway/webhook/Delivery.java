package holdfast.gateway.webhook;

import holdfast.gateway.store.Envelope;
import holdfast.gateway.store.EventLog;
import holdfast.gateway.store.Webhooks.Webhook;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;

/// One try to hand one event to one endpoint.
final class Delivery implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final int GONE = 410;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY = 429;

  private final HttpClient client =
      HttpClient.newBuilder()
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Targets targets;
  private final InstantSource clock;

  Delivery(Targets targets, InstantSource clock) {
    this.targets = targets;
    this.clock = clock;
  }

  Answer attempt(Webhook webhook, EventLog.Entry event) throws InterruptedException {
    var url = URI.create(webhook.url());
    var refusal = targets.refusal(url);
    if (refusal.isPresent()) {
      return new Answer.Failed("the address " + refusal.get());
    }
    try {
      var answer =
          client.send(request(url, webhook, event), HttpResponse.BodyHandlers.discarding());
      return judge(answer.statusCode());
    } catch (IOException e) {
      return new Answer.Failed(e.getClass().getSimpleName());
    }
  }

  private HttpRequest request(URI url, Webhook webhook, EventLog.Entry event) {
    var body = Envelope.of(event).getBytes(StandardCharsets.UTF_8);
    return HttpRequest.newBuilder(url)
        .version(
            url.getScheme().equals("https")
                ? HttpClient.Version.HTTP_2
                : HttpClient.Version.HTTP_1_1)
        .timeout(ANSWER)
        .header("Content-Type", "application/json")
        .header("User-Agent", "Holdfast")
        .header("Idempotency-Key", event.id())
        .header("X-Holdfast-Webhook", webhook.id())
        .header("X-Holdfast-Signature", Signature.of(webhook.secret(), clock.instant(), body))
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  static Answer judge(int status) {
    if (status >= 200 && status < 300) {
      return new Answer.Taken();
    }
    if (status == GONE) {
      return new Answer.Gone();
    }
    boolean rejected =
        status >= 400 && status < 500 && status != REQUEST_TIMEOUT && status != TOO_MANY;
    return rejected ? new Answer.Rejected(status) : new Answer.Failed("answered " + status);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
