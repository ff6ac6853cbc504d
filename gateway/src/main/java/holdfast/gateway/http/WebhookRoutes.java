package holdfast.gateway.http;

import holdfast.gateway.store.EventLog;
import holdfast.gateway.store.Ulid;
import holdfast.gateway.store.Webhooks;
import holdfast.gateway.store.Webhooks.Webhook;
import holdfast.gateway.webhook.Couriers;
import holdfast.gateway.webhook.Signature;
import holdfast.gateway.webhook.Targets;
import io.javalin.http.Context;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A tenant's webhook (R37): one for now, kept as if there could be many.
final class WebhookRoutes {
  private static final int LONGEST_URL = 2_000;
  private static final int LONGEST_SECRET = 200;
  private static final Pattern TYPE = Pattern.compile("[a-z_.]{1,64}");
  private static final int OK = 200;

  private final Tenancy tenancy;
  private final Webhooks webhooks;
  private final EventLog log;
  private final Couriers couriers;
  private final Targets targets;
  private final InstantSource clock;

  @SuppressWarnings("TooManyParameters")
  WebhookRoutes(
      Tenancy tenancy,
      Webhooks webhooks,
      EventLog log,
      Couriers couriers,
      Targets targets,
      InstantSource clock) {
    this.tenancy = tenancy;
    this.webhooks = webhooks;
    this.log = log;
    this.couriers = couriers;
    this.targets = targets;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.tenant("GET", "/v1/tenants/{tenant}/webhook", this::get),
        Route.tenant("PUT", "/v1/tenants/{tenant}/webhook", this::put),
        Route.tenant("DELETE", "/v1/tenants/{tenant}/webhook", this::delete));
  }

  /// What a request says of the webhook: nothing, that it shall go, or how it shall be.
  final class Wish {
    private final boolean go;
    private final Optional<Wanted> wanted;

    private Wish(boolean go, Optional<Wanted> wanted) {
      this.go = go;
      this.wanted = wanted;
    }

    /// @throws Refusal when it may not go there
    void check() {
      wanted.ifPresent(WebhookRoutes.this::check);
    }

    void apply(String tenant) {
      if (go) {
        remove(tenant);
      }
      wanted.ifPresent(how -> set(tenant, how));
    }
  }

  private record Wanted(URI url, Optional<String> secret, Set<String> types) {}

  /// The field `webhook` of a tenant's body.
  Wish read(Body body) {
    boolean go = body.has("webhook") && body.isNull("webhook");
    return new Wish(go, body.object("webhook").flatMap(WebhookRoutes::wanted));
  }

  private static Optional<Wanted> wanted(Body body) {
    var text = body.text("url", LONGEST_URL);
    var secret = body.optionalText("secret", LONGEST_SECRET);
    var types = body.texts("types", 64);
    if (!types.stream().allMatch(type -> TYPE.matcher(type).matches())) {
      body.refuse("types", "must be event types such as message.received");
    }
    Optional<URI> url = Optional.empty();
    try {
      url = text.isEmpty() ? url : Optional.of(Targets.parse(text));
    } catch (IllegalArgumentException e) {
      body.refuse("url", String.valueOf(e.getMessage()));
    }
    body.end();
    return url.map(target -> new Wanted(target, secret, Set.copyOf(types)));
  }

  private void check(Wanted wanted) {
    targets
        .refusal(wanted.url())
        .ifPresent(
            why -> {
              throw Refusal.of(Problem.INVALID_REQUEST, "url " + why)
                  .with("errors", List.of(Map.of("field", "url", "message", why)));
            });
  }

  private Optional<Webhook> find(String tenant) {
    return webhooks.of(tenant).stream().findFirst();
  }

  private void remove(String tenant) {
    webhooks.of(tenant).forEach(webhook -> webhooks.delete(webhook.id()));
  }

  /// Returns the secret if it was made here: it is shown once.
  private Optional<String> set(String tenant, Wanted wanted) {
    var known = find(tenant);
    var id = known.map(Webhook::id).orElseGet(() -> Ulid.at(clock.instant()));
    var kept = wanted.secret().or(() -> known.map(Webhook::secret));
    var secret = kept.orElseGet(Signature::newSecret);
    webhooks.put(tenant, id, wanted.url().toString(), secret, wanted.types());
    couriers.changed(tenant, id);
    return kept.isPresent() ? Optional.empty() : Optional.of(secret);
  }

  private void get(Context request) {
    var tenant = tenancy.tenant(request).id();
    Answers.json(request, OK, view(tenant).orElseThrow(() -> Refusal.of(Problem.NO_WEBHOOK)));
  }

  private void put(Context request) {
    var body = Body.of(request);
    var wanted = wanted(body);
    body.end();
    var tenant = tenancy.tenant(request).id();
    var how = wanted.orElseThrow();
    check(how);
    var made = set(tenant, how);
    var answer = view(tenant).orElseThrow();
    made.ifPresent(secret -> answer.put("secret", secret));
    Answers.json(request, OK, answer);
  }

  private void delete(Context request) {
    var tenant = tenancy.tenant(request).id();
    if (find(tenant).isEmpty()) {
      throw Refusal.of(Problem.NO_WEBHOOK);
    }
    remove(tenant);
    Answers.nothing(request);
  }

  /// Without the secret.
  Optional<Map<String, Object>> view(String tenant) {
    return find(tenant)
        .map(
            webhook -> {
              var progress = webhook.progress();
              Map<String, Object> view = new LinkedHashMap<>();
              view.put("id", webhook.id());
              view.put("url", webhook.url());
              view.put("types", webhook.types().stream().sorted().toList());
              view.put("enabled", progress.disabled().isEmpty());
              view.put("disabledReason", progress.disabled());
              view.put("cursor", progress.cursor());
              view.put("behind", Math.max(0, log.newest(tenant) - progress.cursor()));
              view.put("attempts", progress.attempts());
              view.put("lastError", progress.lastError());
              view.put("retryAt", progress.retryAt());
              return view;
            });
  }
}
