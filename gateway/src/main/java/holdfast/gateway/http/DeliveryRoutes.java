package holdfast.gateway.http;

import holdfast.gateway.store.Database;
import holdfast.gateway.store.Deliveries;
import holdfast.gateway.store.EventLog;
import holdfast.gateway.store.Replays;
import holdfast.gateway.store.Ulid;
import holdfast.gateway.store.Webhook;
import holdfast.gateway.webhook.Answer;
import holdfast.gateway.webhook.Couriers;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a webhook was brought and what it refused; a test; and what is brought once more.
final class DeliveryRoutes {
  private static final String EACH = "/v1/tenants/{tenant}/webhooks/{id}";
  private static final int STANDARD_LIMIT = 50;
  private static final int MOST = 1_000;
  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int LONGEST_ID = 26;

  private final WebhookRoutes webhooks;
  private final Deliveries deliveries;
  private final Replays replays;
  private final EventLog log;
  private final Couriers couriers;
  private final InstantSource clock;

  DeliveryRoutes(
      WebhookRoutes webhooks, Database database, Couriers couriers, InstantSource clock) {
    this.webhooks = webhooks;
    this.deliveries = database.deliveries();
    this.replays = database.replays();
    this.log = database.events();
    this.couriers = couriers;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.tenant("POST", EACH + "/test", this::test),
        Route.tenant("GET", EACH + "/deliveries", this::deliveries),
        Route.tenant("GET", EACH + "/dead-letters", this::deadLetters),
        Route.tenant("POST", EACH + "/dead-letters/replay", this::replayDeadLetters),
        Route.tenant("POST", EACH + "/dead-letters/{event}/replay", this::replayDeadLetter),
        Route.tenant("POST", EACH + "/replay", this::replay));
  }

  /// An event of its own, outside the log, at once: also when the webhook is paused or disabled.
  private void test(Context request) throws InterruptedException {
    Body.of(request).end();
    var webhook = webhooks.find(request);
    var now = clock.instant();
    var event =
        new EventLog.Entry(
            Ulid.at(now),
            webhook.tenant(),
            0,
            "webhook.test",
            now,
            "{\"webhook\":\"" + webhook.id() + "\"}");
    var tried = couriers.test(webhook, event);
    var answer = new LinkedHashMap<String, Object>();
    answer.put("event", event.id());
    answer.put("delivered", tried.answer() instanceof Answer.Taken);
    answer.put("status", tried.status());
    answer.put("error", tried.error());
    answer.put("duration", tried.duration());
    Answers.json(request, OK, answer);
  }

  private void deliveries(Context request) {
    int limit = Query.limit(request, STANDARD_LIMIT, Deliveries.KEPT);
    var tried = deliveries.newest(webhooks.find(request).id(), limit);
    Answers.json(
        request, OK, Map.of("deliveries", tried.stream().map(DeliveryRoutes::view).toList()));
  }

  private static Map<String, Object> view(Deliveries.Tried tried) {
    var view = new LinkedHashMap<String, Object>();
    view.put("number", tried.number());
    view.put("event", tried.event());
    view.put("seq", tried.seq());
    view.put("type", tried.type());
    view.put("at", tried.at());
    view.put("redelivery", tried.redelivery());
    view.put("delivered", tried.error().isEmpty());
    view.put("status", tried.status());
    view.put("duration", tried.duration());
    view.put("error", tried.error());
    return view;
  }

  private void deadLetters(Context request) {
    int limit = Query.limit(request, STANDARD_LIMIT, MOST);
    long after = Query.number(request, "after").orElse(0L);
    var letters = replays.deadLetters(webhooks.find(request).id(), after, limit);
    var answer = new LinkedHashMap<String, Object>();
    answer.put("deadLetters", letters.stream().map(DeliveryRoutes::view).toList());
    answer.put(
        "next", letters.size() < limit ? Optional.empty() : Optional.of(letters.getLast().seq()));
    Answers.json(request, OK, answer);
  }

  private static Map<String, Object> view(Replays.DeadLetter letter) {
    var view = new LinkedHashMap<String, Object>();
    view.put("event", letter.event());
    view.put("seq", letter.seq());
    view.put("type", letter.type());
    view.put("at", letter.at());
    view.put("error", letter.error());
    return view;
  }

  private void replayDeadLetters(Context request) {
    Body.of(request).end();
    var webhook = webhooks.find(request);
    replayed(request, webhook, replays.addDeadLetters(webhook.id(), 0, Long.MAX_VALUE));
  }

  private void replayDeadLetter(Context request) {
    Body.of(request).end();
    var webhook = webhooks.find(request);
    int found =
        log.find(webhook.tenant(), request.pathParam("event"))
            .map(event -> replays.addDeadLetters(webhook.id(), event.seq(), event.seq()))
            .orElse(0);
    if (found == 0) {
      throw Refusal.of(Problem.NO_SUCH_DEAD_LETTER);
    }
    replayed(request, webhook, found);
  }

  /// By an event's id, behind a cursor, or of a time.
  private void replay(Context request) {
    var body = Body.of(request);
    var event = body.optionalText("event", LONGEST_ID);
    var after = body.number("after", 0, Integer.MAX_VALUE);
    var until = body.number("until", 1, Integer.MAX_VALUE);
    var from = body.time("from");
    var to = body.time("to");
    long ways = java.util.stream.Stream.of(event, after, from).filter(Optional::isPresent).count();
    if (ways != 1 || (until.isPresent() && after.isEmpty()) || (to.isPresent() && from.isEmpty())) {
      body.refuse("event", "or after with until, or from with to: name one of them");
    }
    body.end();
    var webhook = webhooks.find(request);
    var tenant = webhook.tenant();
    if (event.isPresent()) {
      long seq =
          log.find(tenant, event.get()).orElseThrow(() -> Refusal.of(Problem.NO_SUCH_EVENT)).seq();
      replay(request, webhook, seq, seq);
    } else if (after.isPresent()) {
      replay(
          request, webhook, after.get() + 1L, until.map(Integer::longValue).orElse(Long.MAX_VALUE));
    } else {
      replay(
          request,
          webhook,
          log.firstAt(tenant, from.orElseThrow()),
          to.map(end -> log.firstAt(tenant, justBehind(end)) - 1).orElse(Long.MAX_VALUE));
    }
  }

  private static Instant justBehind(Instant end) {
    return end.plusMillis(1);
  }

  private void replay(Context request, Webhook webhook, long first, long last) {
    long from = Math.max(first, log.oldest(webhook.tenant()));
    long to = Math.min(last, log.newest(webhook.tenant()));
    if (from <= to && !replays.add(webhook.id(), from, to)) {
      throw Refusal.of(Problem.TOO_MANY_REPLAYS);
    }
    replayed(request, webhook, Math.max(0, to - from + 1));
  }

  private void replayed(Context request, Webhook webhook, long events) {
    couriers.changed(webhook.tenant(), webhook.id());
    Answers.json(request, ACCEPTED, Map.of("events", events));
  }
}
