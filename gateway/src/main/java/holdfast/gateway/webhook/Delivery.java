package holdfast.gateway.webhook;

import holdfast.gateway.store.EventLog;
import holdfast.gateway.store.Webhook;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// One try to hand one event to one endpoint. It ends within the webhook's timeout, whatever the
/// endpoint does: the status counts, what comes behind it is thrown away.
final class Delivery implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final long MOST_BYTES = 1 << 20;
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

  Tried attempt(Webhook webhook, EventLog.Entry event, boolean again) throws InterruptedException {
    return switch (targets.way(URI.create(webhook.config().url()))) {
      case Targets.Way.To to -> attempt(to, webhook, event, again);
      case Targets.Way.Nowhere(var why) ->
          new Tried(new Answer.Failed(why), Optional.empty(), Duration.ZERO);
    };
  }

  private Tried attempt(Targets.Way.To to, Webhook webhook, EventLog.Entry event, boolean again)
      throws InterruptedException {
    long began = System.nanoTime();
    var status = new AtomicInteger();
    var failure = exchange(request(to, webhook, event, again), status, webhook.config().timeout());
    var took = Duration.ofNanos(System.nanoTime() - began);
    int seen = status.get();
    return seen > 0
        ? new Tried(judge(seen), Optional.of(seen), took)
        : new Tried(new Answer.Failed(failure), Optional.empty(), took);
  }

  /// Sets `status` as soon as it is known. Returns why there is none.
  private String exchange(HttpRequest request, AtomicInteger status, Duration patience)
      throws InterruptedException {
    BodyHandler<Void> onlyStatus =
        info -> {
          status.set(info.statusCode());
          return BodyHandlers.limiting(BodyHandlers.discarding(), MOST_BYTES).apply(info);
        };
    var answer = client.sendAsync(request, onlyStatus);
    try {
      answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return "";
    } catch (TimeoutException _) {
      return "no answer in " + patience.toSeconds() + " s";
    } catch (ExecutionException e) {
      return e.getCause() instanceof IOException known
          ? known.getClass().getSimpleName()
          : "the request couldn't be sent";
    } finally {
      answer.cancel(true); // harmless when it is over
    }
  }

  private HttpRequest request(
      Targets.Way.To to, Webhook webhook, EventLog.Entry event, boolean again) {
    var config = webhook.config();
    var now = clock.instant();
    var body = Format.of(webhook).body(event).getBytes(StandardCharsets.UTF_8);
    var request =
        HttpRequest.newBuilder(to.url())
            .version(
                to.url().getScheme().equals("https")
                    ? HttpClient.Version.HTTP_2
                    : HttpClient.Version.HTTP_1_1)
            .header("Content-Type", "application/json")
            .header("User-Agent", "Holdfast")
            .header("Idempotency-Key", event.id())
            .header("X-Holdfast-Webhook", webhook.id())
            .header("X-Holdfast-Signature", Signature.of(config.secrets().valid(now), now, body));
    config.headers().forEach(request::header);
    to.host().ifPresent(host -> request.header("Host", host));
    if (again) {
      request.header("X-Holdfast-Redelivery", "true");
    }
    return request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
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
