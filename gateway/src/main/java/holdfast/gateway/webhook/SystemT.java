package holdfast.gateway.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.gateway.store.EventLog;
import java.util.Map;
import java.util.Optional;

/// System T's callback to its backend (R30): that a tenant is connected or isn't any more, and why.
/// What happens on the way from one to the other is nothing to it.
final class SystemT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String DISCONNECTED = "disconnected";

  private static final Map<String, String> STATUS =
      Map.of(
          "session.connected", "connected",
          "session.waiting", DISCONNECTED,
          "session.stopped", DISCONNECTED,
          "session.conflicted", DISCONNECTED,
          "session.logged_out", DISCONNECTED,
          "session.refused", DISCONNECTED,
          "webhook.test", "test");

  private SystemT() {}

  static Optional<String> status(String type) {
    return Optional.ofNullable(STATUS.get(type));
  }

  /// `{tenantId, status, reason, at}`; `reason` is null when connected.
  static String body(EventLog.Entry event) {
    var status = status(event.type()).orElse(event.type());
    var body = JSON.createObjectNode();
    body.put("tenantId", event.tenant());
    body.put("status", status);
    body.put("reason", status.equals(DISCONNECTED) ? reason(event) : null);
    body.put("at", event.at().toString());
    return body.toString();
  }

  /// A link that has ended is `logged_out`, whichever way it ended: that is the word that T waits
  /// for before it asks for a new QR.
  private static String reason(EventLog.Entry event) {
    var data = data(event);
    var state = data.path("state").asText();
    return state.equals("logged_out") ? state : data.path("reason").asText(state);
  }

  private static JsonNode data(EventLog.Entry event) {
    try {
      return JSON.readTree(event.data());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event's data isn't JSON", e);
    }
  }
}
