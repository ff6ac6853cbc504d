package holdfast.gateway.http;

import holdfast.gateway.store.Tenants;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// For whoever looks after the sessions: all that is known of one or of all, and how it came to
/// this (R28).
final class DiagnosticsRoutes {
  private static final int HISTORY = 50;
  private static final int HISTORY_OF_EACH = 5;
  private static final int STANDARD_LIMIT = 100;
  private static final int MOST = 1_000;
  private static final int OK = 200;

  private final Tenancy tenancy;
  private final Tenants tenants;
  private final Insight insight;
  private final InstantSource clock;

  DiagnosticsRoutes(Tenancy tenancy, Tenants tenants, Insight insight, InstantSource clock) {
    this.tenancy = tenancy;
    this.tenants = tenants;
    this.insight = insight;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.reading("/v1/tenants/{tenant}/diagnostics", this::one),
        Route.reading("/v1/tenants/{tenant}/timeline", this::timeline),
        Route.admin("GET", "/v1/diagnostics", this::all));
  }

  /// Also while the store can't be read: then it is what the session knows by itself that counts.
  private void one(Context request) {
    var tenant = Guard.tenant(request).text();
    var status = tenancy.session(tenant).status();
    Answers.json(request, OK, insight.of(tenant, status, HISTORY, clock.instant()));
  }

  private void all(Context request) {
    var page = Page.of(request, STANDARD_LIMIT, MOST);
    var found = tenants.page(page.after().orElse(""), page.limit());
    var now = clock.instant();
    var answer = new LinkedHashMap<String, Object>();
    answer.put("store", insight.store());
    answer.put(
        "tenants",
        found.stream()
            .map(Tenants.Tenant::id)
            .map(id -> insight.of(id, tenancy.session(id).status(), HISTORY_OF_EACH, now))
            .toList());
    answer.put(
        "next", page.isFull(found.size()) ? Optional.of(found.getLast().id()) : Optional.empty());
    Answers.json(request, OK, answer);
  }

  private void timeline(Context request) {
    var page = Page.of(request, STANDARD_LIMIT, MOST);
    long before = page.after().map(DiagnosticsRoutes::number).orElse(Long.MAX_VALUE);
    var since = since(request);
    var tenant = tenancy.tenant(request).id();
    var found = insight.timeline(tenant, before, since, page.limit());
    var answer = new LinkedHashMap<String, Object>();
    answer.put("transitions", found.stream().map(Insight::view).toList());
    answer.put(
        "next",
        page.isFull(found.size())
            ? Optional.of(Long.toString(found.getLast().id()))
            : Optional.empty());
    Answers.json(request, OK, answer);
  }

  private static long number(String cursor) {
    try {
      long number = Long.parseLong(cursor);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException _) {
      // falls through to the same answer
    }
    throw Page.refusal("after", "must be the `next` of the page before");
  }

  private static Instant since(Context request) {
    var text = request.queryParam("since");
    if (text == null) {
      return Instant.EPOCH;
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException _) {
      throw Page.refusal("since", "must be a time such as 2026-01-01T12:00:00Z");
    }
  }
}
