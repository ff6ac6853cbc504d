package holdfast.gateway.http;

import holdfast.message.SendRequest;
import holdfast.session.Input;
import holdfast.session.Outcome;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Many messages in one request: each is taken or refused by itself, and all that are taken are
/// stored in one commit.
final class BatchRoutes {
  private static final int MOST = 100;
  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  private final Tenancy tenancy;

  BatchRoutes(Tenancy tenancy) {
    this.tenancy = tenancy;
  }

  List<Route> routes() {
    return List.of(Route.sending("POST", "/v1/tenants/{tenant}/messages:batch", this::send));
  }

  private void send(Context request) {
    var key = MessageRoutes.idempotencyKey(request);
    var body = Body.of(request);
    var items = body.objects("messages", MOST);
    body.end();
    var results = new ArrayList<Map<String, Object>>();
    var sound = new ArrayList<SendRequest>();
    var places = new ArrayList<Integer>();
    for (int index = 0; index < items.size(); index++) {
      int place = index;
      results.add(Map.of());
      try {
        sound.add(SendBody.readItem(items.get(place), key.map(it -> it + "#" + place)));
        places.add(place);
      } catch (Refusal wrong) {
        results.set(place, refused(wrong));
      }
    }
    var session = tenancy.session(request);
    if (!sound.isEmpty()) {
      var outcomes = ask(session, List.copyOf(sound));
      for (int index = 0; index < places.size(); index++) {
        results.set(places.get(index), result(outcomes.get(index)));
      }
    }
    Answers.json(request, OK, Map.of("results", results));
  }

  private static List<Outcome> ask(
      holdfast.gateway.session.TenantSession session, List<SendRequest> requests) {
    var outcome =
        Tenancy.ask(session, caller -> new Input.SendAll(caller, requests), MessageRoutes.PATIENCE);
    if (outcome instanceof Outcome.AcceptedAll(var each)) {
      return each;
    }
    throw Refusal.of(Problem.TIMED_OUT);
  }

  private static Map<String, Object> result(Outcome outcome) {
    try {
      var accepted = MessageRoutes.accepted(outcome);
      var result = new LinkedHashMap<String, Object>();
      result.put("status", ACCEPTED);
      result.put("replayed", accepted.repeated());
      result.put("message", MessageView.of(accepted.row()));
      return result;
    } catch (Refusal refusal) {
      return refused(refusal);
    }
  }

  private static Map<String, Object> refused(Refusal refusal) {
    var result = new LinkedHashMap<String, Object>();
    result.put("status", refusal.problem().status());
    result.put("problem", refusal.body());
    return result;
  }
}
