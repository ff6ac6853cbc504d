package holdfast.gateway.http;

import holdfast.gateway.store.EventFilter;
import holdfast.gateway.store.Webhook.Config;
import holdfast.gateway.store.Webhook.Secrets;
import holdfast.gateway.webhook.Format;
import holdfast.gateway.webhook.Headers;
import holdfast.gateway.webhook.Signature;
import holdfast.gateway.webhook.Targets;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How a request's body wants a webhook to be: what it doesn't name stays as it is.
record WebhookWish(
    Optional<URI> url,
    Optional<String> secret,
    Optional<EventFilter> types,
    Optional<Map<String, String>> headers,
    Optional<Duration> timeout,
    Optional<Boolean> paused,
    Optional<String> format) {
  static final int LONGEST_SECRET = 200;
  private static final int LONGEST_URL = 2_000;
  private static final int LONGEST_TYPE = 64;
  private static final int MOST_HEADERS = 20;
  private static final Duration STANDARD_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration MOST_TIMEOUT = Duration.ofMinutes(1);

  /// `isNew`: it must name where to go.
  static WebhookWish read(Body body, boolean isNew) {
    var wish =
        new WebhookWish(
            url(body, isNew),
            body.optionalText("secret", LONGEST_SECRET),
            types(body),
            headers(body),
            timeout(body),
            body.has("paused") ? Optional.of(body.flag("paused")) : Optional.empty(),
            body.word("format", Format.words()));
    body.end();
    return wish;
  }

  private static Optional<URI> url(Body body, boolean isNew) {
    var text =
        isNew ? Optional.of(body.text("url", LONGEST_URL)) : body.optionalText("url", LONGEST_URL);
    try {
      return text.filter(named -> !named.isEmpty()).map(Targets::parse);
    } catch (IllegalArgumentException e) {
      body.refuse("url", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static Optional<EventFilter> types(Body body) {
    if (!body.has("types")) {
      return Optional.empty();
    }
    var words = body.texts("types", LONGEST_TYPE);
    if (words.size() > EventFilter.MOST) {
      body.refuse("types", "must be at most " + EventFilter.MOST);
    }
    var unknown = EventFilter.unknown(words);
    if (!unknown.isEmpty()) {
      body.refuse("types", "has what no event is called: " + String.join(", ", unknown));
    }
    return Optional.of(new EventFilter(Set.copyOf(words)));
  }

  private static Optional<Map<String, String>> headers(Body body) {
    var headers = body.pairs("headers", MOST_HEADERS);
    headers
        .orElse(Map.of())
        .forEach(
            (name, value) ->
                Headers.refusal(name, value).ifPresent(why -> body.refuse("headers." + name, why)));
    return headers;
  }

  private static Optional<Duration> timeout(Body body) {
    var timeout = body.duration("timeout", MOST_TIMEOUT);
    if (timeout.isPresent() && timeout.get().compareTo(LEAST_TIMEOUT) < 0) {
      body.refuse("timeout", "must be at least " + LEAST_TIMEOUT);
    }
    return timeout;
  }

  /// How it is to be set, from how it is. A secret that isn't given is kept, or made.
  Config over(Optional<Config> old, boolean main) {
    return new Config(
        url.map(URI::toString).or(() -> old.map(Config::url)).orElseThrow(),
        types.or(() -> old.map(Config::types)).orElse(EventFilter.ALL),
        secret
            .map(Secrets::of)
            .or(() -> old.map(Config::secrets))
            .orElseGet(() -> Secrets.of(Signature.newSecret())),
        headers.or(() -> old.map(Config::headers)).orElse(Map.of()),
        timeout.or(() -> old.map(Config::timeout)).orElse(STANDARD_TIMEOUT),
        paused.or(() -> old.map(Config::paused)).orElse(false),
        old.map(Config::main).orElse(main),
        format.or(() -> old.map(Config::format)).orElse(Config.HOLDFAST));
  }

  @Override
  public String toString() {
    return "WebhookWish[…]";
  }
}
