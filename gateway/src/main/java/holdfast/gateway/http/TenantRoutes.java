package holdfast.gateway.http;

import holdfast.client.Proxy;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.Proxies;
import holdfast.gateway.store.Tenants;
import holdfast.gateway.tenant.TenantConfig;
import holdfast.gateway.tenant.TenantConfig.Rules;
import holdfast.session.Input;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tenants themselves: made, set, listed, deleted.
final class TenantRoutes {
  private static final Duration FAREWELL = Duration.ofSeconds(20);
  private static final Duration LONGEST_DELAY = Duration.ofDays(1);
  private static final int MOST_CONFLICTS = 100;
  private static final int MOST_PER_MINUTE = 100_000;
  private static final int LONGEST_PROXY = 2_000;
  private static final int STANDARD_LIMIT = 100;
  private static final int MOST = 1_000;
  private static final int OK = 200;
  private static final int CREATED = 201;

  private final Tenancy tenancy;
  private final Tenants tenants;
  private final Proxies proxies;
  private final WebhookRoutes webhooks;
  private final Rules standard;
  private final InstantSource clock;

  TenantRoutes(
      Tenancy tenancy,
      Database database,
      WebhookRoutes webhooks,
      Rules standard,
      InstantSource clock) {
    this.tenancy = tenancy;
    this.tenants = database.tenants();
    this.proxies = database.proxies();
    this.webhooks = webhooks;
    this.standard = standard;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.admin("GET", "/v1/tenants", this::list),
        Route.admin("PUT", "/v1/tenants/{tenant}", this::put),
        Route.reading("/v1/tenants/{tenant}", this::get),
        Route.admin("DELETE", "/v1/tenants/{tenant}", this::delete));
  }

  private void list(Context request) {
    var after = Optional.ofNullable(request.queryParam("after")).orElse("");
    int limit = limit(request);
    var page = tenants.page(after, limit);
    var answer = new LinkedHashMap<String, Object>();
    answer.put("tenants", page.stream().map(this::view).toList());
    answer.put("next", page.size() < limit ? Optional.empty() : Optional.of(page.getLast().id()));
    Answers.json(request, OK, answer);
  }

  private static int limit(Context request) {
    var text = request.queryParam("limit");
    if (text == null) {
      return STANDARD_LIMIT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit > 0 && limit <= MOST) {
        return limit;
      }
    } catch (NumberFormatException _) {
      // falls through to the same answer
    }
    throw Refusal.of(Problem.INVALID_REQUEST, "limit must be from 1 to " + MOST);
  }

  /// What the body doesn't name stays as it is, so that `{}` only makes sure that the tenant
  /// exists.
  private void put(Context request) {
    var id = Guard.tenant(request).text();
    var body = Body.of(request);
    var changes = changes(body);
    var webhook = webhooks.read(body);
    boolean direct = body.has("proxy") && body.isNull("proxy");
    var proxy = proxy(body);
    body.end();
    webhook.check();
    boolean created = tenants.create(id, changes.json(), proxy, clock.instant());
    webhook.apply(id); // first, since it may be refused: then nothing has changed
    if (!created) {
      if (direct || proxy.isPresent()) {
        proxies.put(id, proxy);
      }
      var kept = TenantConfig.parse(tenancy.tenant(request).config());
      var merged = kept.with(changes);
      if (!merged.equals(kept)) {
        tenants.configure(id, merged.json());
        tenancy.sessions().configured(id, merged.rules(standard));
      }
    }
    Answers.json(request, created ? CREATED : OK, view(tenancy.tenant(request)));
  }

  private static TenantConfig changes(Body body) {
    var perMinute = body.object("pacing").map(TenantRoutes::perMinute);
    if (body.has("pacing") && body.isNull("pacing")) {
      perMinute = Optional.of(0);
    }
    return new TenantConfig(
        body.word("reconnect", List.of("managed", "manual")),
        body.duration("maxDelay", LONGEST_DELAY).map(Duration::toString),
        body.number("conflictMax", 1, MOST_CONFLICTS),
        perMinute);
  }

  private static Optional<Proxy> proxy(Body body) {
    try {
      return body.optionalText("proxy", LONGEST_PROXY).map(Proxy::parse);
    } catch (IllegalArgumentException e) {
      body.refuse("proxy", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static int perMinute(Body pacing) {
    var perMinute = pacing.number("perMinute", 1, MOST_PER_MINUTE);
    if (pacing.isNull("perMinute")) {
      pacing.refuse("perMinute", "is needed");
    }
    pacing.end();
    return perMinute.orElse(0);
  }

  private void get(Context request) {
    Answers.json(request, OK, view(tenancy.tenant(request)));
  }

  private Map<String, Object> view(Tenants.Tenant tenant) {
    var view = new LinkedHashMap<String, Object>();
    view.put("id", tenant.id());
    view.put("createdAt", tenant.createdAt());
    var status = tenancy.session(tenant.id()).status();
    view.put("state", status.state());
    view.put("connected", status.connected());
    view.put("canSend", status.canSend());
    view.put("account", status.account().map(StatusView::account));
    var rules = TenantConfig.parse(tenant.config()).rules(standard);
    view.put("reconnect", rules.managed() ? "managed" : "manual");
    view.put("maxDelay", rules.maxDelay());
    view.put("conflictMax", rules.conflictMax());
    view.put(
        "pacing",
        rules.perMinute() == 0
            ? Optional.empty()
            : Optional.of(Map.of("perMinute", rules.perMinute())));
    view.put("proxy", proxies.find(tenant.id()).map(Proxy::toString)); // without its credentials
    view.put("webhook", webhooks.viewMain(tenant.id()));
    return view;
  }

  /// The phone is told when it can be; whatever comes of that, the tenant goes.
  private void delete(Context request) {
    var id = tenancy.tenant(request).id();
    Tenancy.ask(tenancy.session(id), Input.LogOut::new, FAREWELL);
    tenancy.sessions().drop(id);
    tenants.delete(id);
    tenancy.sessions().drop(id); // whoever found it in between
    Answers.nothing(request);
  }
}
