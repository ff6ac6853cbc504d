package holdfast.gateway.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import holdfast.store.Event;
import holdfast.store.Person;
import java.util.Optional;

/// The `data` of an event's envelope, as JSON: written once, read by every way out as it stands.
final class EventData {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private EventData() {}

  static String of(Event event) {
    var data = JSON.objectNode();
    switch (event) {
      case Event.StateReached reached -> state(data, reached);
      case Event.MessageReceived message -> message(data, message);
      case Event.MessageUndecryptable message -> undecryptable(data, message);
      case Event.MessageRequested message -> {
        about(data, message.messageId(), message.chat(), message.from());
        data.put("attempt", message.attempt());
      }
      case Event.MessageGivenUp message -> {
        about(data, message.messageId(), message.chat(), message.from());
        data.put("reason", message.reason());
      }
      case Event.OutboundChanged changed -> outbound(data, changed);
      case Event.BacklogReceived backlog -> data.put("count", backlog.count());
      case Event.StanzaUnreadable unreadable -> {
        data.put("stanza", unreadable.tag());
        put(data, "id", unreadable.id());
      }
      case Event.IdentityChanged changed -> data.set("person", person(changed.person()));
    }
    return data.toString();
  }

  private static void state(ObjectNode data, Event.StateReached reached) {
    data.put("state", reached.state());
    put(data, "reason", reached.reason());
    data.put("code", reached.code().orElse(null));
    data.put("generation", reached.generation());
  }

  private static void message(ObjectNode data, Event.MessageReceived message) {
    about(data, message.messageId(), message.chat(), message.from());
    data.put("fromMe", message.fromMe());
    data.put("group", message.group());
    data.put("type", message.contentType());
    put(data, "text", message.text());
    data.put("timestamp", message.timestamp().toString());
    data.put("offline", message.offline());
  }

  private static void undecryptable(ObjectNode data, Event.MessageUndecryptable message) {
    about(data, message.messageId(), message.chat(), message.from());
    data.put("reason", message.reason());
    data.put("attempt", message.attempt());
  }

  private static void about(ObjectNode data, String messageId, Person chat, Person from) {
    data.put("messageId", messageId);
    data.set("chat", person(chat));
    data.set("from", person(from));
  }

  private static void outbound(ObjectNode data, Event.OutboundChanged changed) {
    data.put("id", changed.id());
    data.put("messageId", changed.messageId());
    data.put("chat", changed.chat().toString());
    data.put("state", changed.state().wire());
    put(data, "reason", changed.failure());
  }

  /// What isn't known is null, never a guess (R32).
  private static ObjectNode person(Person person) {
    var json = JSON.objectNode();
    json.put("jid", person.jid().toString());
    put(json, "phone", person.phone());
    put(json, "lid", person.lid().map(Object::toString));
    put(json, "pushName", person.pushName());
    return json;
  }

  private static void put(ObjectNode json, String field, Optional<String> value) {
    json.put(field, value.orElse(null));
  }
}
