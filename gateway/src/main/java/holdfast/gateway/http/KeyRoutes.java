package holdfast.gateway.http;

import holdfast.gateway.store.ApiKeys;
import holdfast.gateway.store.ApiKeys.ApiKey;
import holdfast.gateway.store.Tenants;
import holdfast.gateway.tenant.TenantId;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Keys: made, listed without their text, revoked.
final class KeyRoutes {
  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_TENANT = 64;
  private static final int OK = 200;
  private static final int CREATED = 201;

  private final ApiKeys keys;
  private final Tenants tenants;
  private final InstantSource clock;

  KeyRoutes(ApiKeys keys, Tenants tenants, InstantSource clock) {
    this.keys = keys;
    this.tenants = tenants;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.admin("POST", "/v1/keys", this::make),
        Route.admin("GET", "/v1/keys", this::list),
        Route.admin("DELETE", "/v1/keys/{id}", this::revoke));
  }

  private void make(Context request) {
    var body = Body.of(request);
    var scope = body.word("scope", Scope.words());
    if (body.isNull("scope")) {
      body.refuse("scope", "is needed: " + String.join(", ", Scope.words()));
    }
    var tenant = body.optionalText("tenant", LONGEST_TENANT);
    var name = body.optionalText("name", LONGEST_NAME).orElse("");
    boolean ofAll = scope.filter(word -> List.of("admin", "metrics").contains(word)).isPresent();
    if (ofAll && tenant.isPresent()) {
      body.refuse("tenant", "doesn't go with the scope " + scope.orElseThrow());
    }
    if (scope.equals(java.util.Optional.of("tenant")) && body.isNull("tenant")) {
      body.refuse("tenant", "is needed with the scope tenant");
    }
    if (tenant.isPresent() && TenantId.parse(tenant.get()).isEmpty()) {
      body.refuse("tenant", "must match " + TenantId.PATTERN);
    }
    body.end();
    if (tenant.isPresent() && tenants.find(tenant.get()).isEmpty()) {
      throw Refusal.of(Problem.NO_SUCH_TENANT);
    }
    var made = Guard.make(keys, scope.orElseThrow(), tenant, name, clock.instant());
    var answer = view(made.entry());
    answer.put("key", made.text());
    Answers.json(request, CREATED, answer);
  }

  private void list(Context request) {
    Answers.json(request, OK, Map.of("keys", keys.all().stream().map(KeyRoutes::view).toList()));
  }

  private void revoke(Context request) {
    if (!keys.delete(request.pathParam("id"))) {
      throw Refusal.of(Problem.NO_SUCH_KEY);
    }
    Answers.nothing(request);
  }

  private static Map<String, Object> view(ApiKey key) {
    var view = new LinkedHashMap<String, Object>();
    view.put("id", key.id());
    view.put("scope", key.scope());
    view.put("tenant", key.tenant());
    view.put("name", key.name());
    view.put("createdAt", key.createdAt());
    return view;
  }
}
