package holdfast.gateway.http;

import holdfast.client.Store.StoreUnavailable;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.Depths;
import holdfast.gateway.store.Timeline;
import holdfast.session.Status;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What diagnostics say of a session beyond its status, gathered from the store as far as it
/// answers.
final class Insight {
  private final Database database;

  Insight(Database database) {
    this.database = database;
  }

  Map<String, Object> of(String tenant, Status status, int history, Instant now) {
    var running = status.running();
    var view = new LinkedHashMap<String, Object>();
    view.put("tenant", tenant);
    view.put("at", now);
    view.put("status", StatusView.of(status, now));
    view.put("sockets", of("opened", status.generation(), "open", running.socket()));
    view.put("alarmAt", running.alarm());
    view.put("waiting", of("callers", running.callers(), "queries", running.queries()));
    view.put("stanzas", of("received", running.received(), "sent", running.sent()));
    try {
      view.put("outbox", view(database.depths().outbox(tenant)));
      view.put(
          "history",
          database.timeline().newest(tenant, history).stream().map(Insight::view).toList());
      view.put("store", store());
    } catch (StoreUnavailable e) {
      view.putIfAbsent("outbox", Optional.empty());
      view.putIfAbsent("history", List.of());
      view.put("store", store(Optional.of(String.valueOf(e.getMessage()))));
    }
    return view;
  }

  List<Timeline.Transition> timeline(String tenant, long before, Instant since, int limit) {
    return database.timeline().before(tenant, before, since, limit);
  }

  Map<String, Object> store() {
    return store(Optional.empty());
  }

  private Map<String, Object> store(Optional<String> failure) {
    var view = of("readable", failure.isEmpty(), "waitingWrites", database.waitingWrites());
    view.put("failure", failure);
    return view;
  }

  private static Map<String, Object> view(Depths.Outbox outbox) {
    var view = of("queued", outbox.queued(), "sending", outbox.sending());
    view.put("oldest", outbox.oldest());
    return view;
  }

  static Map<String, Object> view(Timeline.Transition transition) {
    var view = of("id", Long.toString(transition.id()), "at", transition.at());
    view.put("state", transition.state());
    view.put("reason", transition.reason());
    view.put("code", transition.code());
    view.put("text", transition.text());
    view.put("generation", transition.generation());
    return view;
  }

  private static Map<String, Object> of(String one, Object value, String other, Object its) {
    var view = new LinkedHashMap<String, Object>();
    view.put(one, value);
    view.put(other, its);
    return view;
  }
}
