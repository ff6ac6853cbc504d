package holdfast.gateway.http;

import holdfast.gateway.store.Database;
import holdfast.gateway.store.EventLog;
import holdfast.gateway.store.Replays;
import holdfast.gateway.store.Ulid;
import holdfast.gateway.store.Webhook;
import holdfast.gateway.store.Webhooks;
import holdfast.gateway.webhook.Couriers;
import holdfast.gateway.webhook.Signature;
import holdfast.gateway.webhook.Targets;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A tenant's webhooks (R37): made, set, removed. One of them may be its main one, which
/// `…/webhook` and the tenant's own settings mean.
final class WebhookRoutes {
  private static final int MOST = 20;
  private static final Duration OVERLAP = Duration.ofDays(1);
  private static final Duration LONGEST_OVERLAP = Duration.ofDays(30);
  private static final String ONE = "/v1/tenants/{tenant}/webhook";
  private static final String ALL = "/v1/tenants/{tenant}/webhooks";
  private static final String EACH = ALL + "/{id}";
  private static final int OK = 200;
  private static final int CREATED = 201;

  private final Tenancy tenancy;
  private final Webhooks webhooks;
  private final Replays replays;
  private final EventLog log;
  private final Couriers couriers;
  private final Targets targets;
  private final InstantSource clock;

  WebhookRoutes(
      Tenancy tenancy, Database database, Couriers couriers, Targets targets, InstantSource clock) {
    this.tenancy = tenancy;
    this.webhooks = database.webhooks();
    this.replays = database.replays();
    this.log = database.events();
    this.couriers = couriers;
    this.targets = targets;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.tenant("GET", ONE, this::getMain),
        Route.tenant("PUT", ONE, this::putMain),
        Route.tenant("DELETE", ONE, this::deleteMain),
        Route.tenant("GET", ALL, this::list),
        Route.tenant("POST", ALL, this::add),
        Route.tenant("GET", EACH, this::get),
        Route.tenant("PUT", EACH, this::put),
        Route.tenant("DELETE", EACH, this::delete),
        Route.tenant("POST", EACH + "/rotate-secret", this::rotate));
  }

  /// The webhook that the path names. @throws Refusal when the tenant has none such
  Webhook find(Context request) {
    var tenant = tenancy.tenant(request).id();
    return webhooks
        .find(request.pathParam("id"))
        .filter(webhook -> webhook.tenant().equals(tenant))
        .orElseThrow(() -> Refusal.of(Problem.NO_SUCH_WEBHOOK));
  }

  /// What a tenant's body says of its main webhook: nothing, that it shall go, or how it shall be.
  final class Wish {
    private final boolean go;
    private final Optional<WebhookWish> wanted;

    private Wish(boolean go, Optional<WebhookWish> wanted) {
      this.go = go;
      this.wanted = wanted;
    }

    /// @throws Refusal when it may not go there
    void check() {
      wanted.ifPresent(WebhookRoutes.this::check);
    }

    /// @throws Refusal when it would be one too many; nothing has changed then
    void apply(String tenant) {
      if (go) {
        main(tenant).ifPresent(webhook -> webhooks.delete(webhook.id()));
      }
      wanted.ifPresent(how -> setMain(tenant, how));
    }
  }

  /// The field `webhook` of a tenant's body.
  Wish read(Body body) {
    boolean go = body.has("webhook") && body.isNull("webhook");
    return new Wish(go, body.object("webhook").map(wanted -> WebhookWish.read(wanted, true)));
  }

  private void check(WebhookWish wish) {
    wish.url()
        .flatMap(targets::refusal)
        .ifPresent(
            why -> {
              throw Query.invalid("url", why);
            });
  }

  private Optional<Webhook> main(String tenant) {
    return webhooks.of(tenant).stream().filter(webhook -> webhook.config().main()).findFirst();
  }

  private Map<String, Object> setMain(String tenant, WebhookWish wish) {
    var id = newId();
    var webhook =
        webhooks
            .putMain(tenant, id, known -> wish.over(known, true), MOST)
            .orElseThrow(() -> Refusal.of(Problem.TOO_MANY_WEBHOOKS));
    return set(webhook, webhook.id().equals(id), wish);
  }

  private String newId() {
    return Ulid.at(clock.instant());
  }

  /// How it stands, with the secret if that was made here: it is shown once.
  private Map<String, Object> set(Webhook webhook, boolean isNew, WebhookWish wish) {
    couriers.changed(webhook.tenant(), webhook.id());
    var view = view(webhook);
    if (isNew && wish.secret().isEmpty()) {
      view.put("secret", webhook.config().secrets().current());
    }
    return view;
  }

  private void getMain(Context request) {
    var tenant = tenancy.tenant(request).id();
    Answers.json(request, OK, viewMain(tenant).orElseThrow(() -> Refusal.of(Problem.NO_WEBHOOK)));
  }

  private void putMain(Context request) {
    var wish = WebhookWish.read(Body.of(request), true);
    var tenant = tenancy.tenant(request).id();
    check(wish);
    Answers.json(request, OK, setMain(tenant, wish));
  }

  private void deleteMain(Context request) {
    var known = main(tenancy.tenant(request).id());
    webhooks.delete(known.orElseThrow(() -> Refusal.of(Problem.NO_WEBHOOK)).id());
    Answers.nothing(request);
  }

  private void list(Context request) {
    var all = webhooks.of(tenancy.tenant(request).id());
    Answers.json(request, OK, Map.of("webhooks", all.stream().map(this::view).toList()));
  }

  private void add(Context request) {
    var wish = WebhookWish.read(Body.of(request), true);
    var tenant = tenancy.tenant(request).id();
    check(wish);
    var added =
        webhooks
            .add(tenant, newId(), wish.over(Optional.empty(), false), MOST)
            .orElseThrow(() -> Refusal.of(Problem.TOO_MANY_WEBHOOKS));
    Answers.json(request, CREATED, set(added, true, wish));
  }

  private void get(Context request) {
    Answers.json(request, OK, view(find(request)));
  }

  private void put(Context request) {
    var wish = WebhookWish.read(Body.of(request), false);
    var known = find(request);
    check(wish);
    var changed =
        webhooks
            .change(known.id(), config -> wish.over(Optional.of(config), config.main()))
            .orElseThrow(() -> Refusal.of(Problem.NO_SUCH_WEBHOOK));
    Answers.json(request, OK, set(changed, false, wish));
  }

  private void delete(Context request) {
    webhooks.delete(find(request).id());
    Answers.nothing(request);
  }

  private void rotate(Context request) {
    var body = Body.of(request);
    var given = body.optionalText("secret", WebhookWish.LONGEST_SECRET);
    var overlap = body.duration("overlap", LONGEST_OVERLAP).orElse(OVERLAP);
    body.end();
    var known = find(request);
    var secret = given.orElseGet(Signature::newSecret);
    var rotated =
        webhooks
            .rotate(known.id(), secret, clock.instant().plus(overlap))
            .orElseThrow(() -> Refusal.of(Problem.NO_SUCH_WEBHOOK));
    couriers.changed(rotated.tenant(), rotated.id());
    var view = view(rotated);
    if (given.isEmpty()) {
      view.put("secret", secret);
    }
    Answers.json(request, OK, view);
  }

  Optional<Map<String, Object>> viewMain(String tenant) {
    return main(tenant).map(this::view);
  }

  /// Without the secret and the values of headers.
  private Map<String, Object> view(Webhook webhook) {
    var config = webhook.config();
    var progress = webhook.progress();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("id", webhook.id());
    view.put("main", config.main());
    view.put("url", config.url());
    view.put("types", config.types().words().stream().sorted().toList());
    view.put("headers", config.headers().keySet().stream().sorted().toList());
    view.put("timeout", config.timeout());
    view.put("format", config.format());
    view.put("state", state(webhook));
    view.put("enabled", state(webhook).equals("enabled"));
    view.put("disabledReason", progress.disabled());
    view.put("oldSecretUntil", config.secrets().oldUntil().filter(this::isAhead));
    view.put("cursor", progress.cursor());
    view.put("oldest", log.oldest(webhook.tenant()));
    view.put("behind", Math.max(0, log.newest(webhook.tenant()) - progress.cursor()));
    view.put("attempts", progress.tries().all());
    view.put("failingSince", progress.failingSince());
    view.put("lastError", progress.lastError());
    view.put("retryAt", progress.retryAt());
    view.put("deadLetters", replays.deadLetters(webhook.id()));
    view.put("replays", replays.waiting(webhook.id()));
    return view;
  }

  private boolean isAhead(Instant time) {
    return time.isAfter(clock.instant());
  }

  private static String state(Webhook webhook) {
    if (webhook.progress().disabled().isPresent()) {
      return "disabled";
    }
    return webhook.config().paused() ? "paused" : "enabled";
  }
}
