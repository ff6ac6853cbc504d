package holdfast.gateway.http;

import holdfast.store.Outbound;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/// A message on its way out, as its answers show it.
final class MessageView {
  private MessageView() {}

  static Map<String, Object> of(Outbound row) {
    var view = new LinkedHashMap<String, Object>();
    view.put("id", row.id());
    view.put("messageId", row.messageId());
    view.put("state", row.state().wire());
    view.put("reason", row.failure());
    view.put("chat", row.chat().toString());
    view.put("type", row.type());
    view.put("sendAt", row.sendAt());
    var reached = new LinkedHashMap<String, Object>();
    Stream.of(Outbound.State.values())
        .map(Outbound.State::wire)
        .filter(row.reached()::containsKey)
        .forEach(state -> reached.put(state, row.reached().get(state)));
    view.put("reached", reached);
    return view;
  }
}
