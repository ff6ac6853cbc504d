package holdfast.sandbox.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import holdfast.sandbox.phone.Note;
import holdfast.sandbox.world.FaultLog;
import holdfast.sandbox.world.Faults.Fault;
import holdfast.sandbox.world.Json;
import holdfast.sandbox.world.Refused;
import holdfast.sandbox.world.Violations.Violation;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/// What the control interface answers, as JSON: camelCase, RFC 3339 times, `null` for what isn't
/// known.
final class Shapes {
  private static final JsonNodeFactory FACTORY = JsonNodeFactory.instance;

  private Shapes() {}

  static ObjectNode object() {
    return FACTORY.objectNode();
  }

  /// `{name: [each]}`.
  static <T> ObjectNode list(String name, List<T> items, Function<T, ? extends JsonNode> each) {
    var object = object();
    var array = object.putArray(name);
    items.forEach(item -> array.add(each.apply(item)));
    return object;
  }

  static JsonNode plain(Object value) {
    return Json.MAPPER.valueToTree(value);
  }

  static ObjectNode note(Note note) {
    return object()
        .put("seq", note.sequence())
        .put("id", note.id())
        .put("chat", note.chat())
        .put("from", note.from())
        .put("type", note.type())
        .put("text", note.text())
        .put("at", time(note.at()))
        .put("copies", note.copies());
  }

  static ObjectNode sockets(SocketsView view) {
    var object = list("links", view.links(), Shapes::link);
    object.set("total", plain(view.total()));
    return object;
  }

  private static ObjectNode link(SocketsView.Link link) {
    return object()
        .put("noiseKey", link.noiseKey())
        .put("device", link.device().orElse(null))
        .put("open", link.open())
        .put("maxOpen", link.maxOpen())
        .put("opened", link.opened())
        .put("cutShort", link.cutShort())
        .put("replacedLive", link.replacedLive())
        .put("replacedDead", link.replacedDead())
        .put("replacedRival", link.replacedRival())
        .put("replacedByRival", link.replacedByRival());
  }

  static ObjectNode violation(Violation violation) {
    return object()
        .put("kind", violation.kind())
        .put("device", violation.device())
        .put("id", violation.id())
        .put("detail", violation.detail())
        .put("at", time(violation.at()));
  }

  static ObjectNode fault(Fault fault) {
    var object =
        object()
            .put("number", fault.number())
            .put("fault", fault.fault())
            .put("device", fault.device().orElse(null))
            .put("count", fault.count());
    fault.settings().forEach((name, value) -> object.set(name, plain(value)));
    return object;
  }

  static ObjectNode happened(FaultLog.Entry entry) {
    var object =
        object()
            .put("seq", entry.sequence())
            .put("at", Instant.ofEpochMilli(entry.atMillis()).toString())
            .put("fault", entry.fault())
            .put("device", entry.device().orElse(null))
            .put("noiseKey", entry.noiseKey().orElse(null));
    entry.settings().forEach((name, value) -> object.set(name, plain(value)));
    return object;
  }

  /// RFC 9457, with the reason in one word and the field it concerns.
  static ObjectNode problem(Refused refused) {
    var object =
        object()
            .put("type", "about:blank")
            .put("title", refused.reason().replace('_', ' '))
            .put("status", refused.status())
            .put("reason", refused.reason())
            .put("detail", String.valueOf(refused.getMessage()));
    return refused.field().isEmpty() ? object : object.put("field", refused.field());
  }

  private static String time(long seconds) {
    return Instant.ofEpochSecond(seconds).toString();
  }
}
