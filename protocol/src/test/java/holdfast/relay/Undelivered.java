package holdfast.relay;

import holdfast.stanza.Element;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What devices were sent and haven't answered yet, for each in its order.
final class Undelivered {
  private final Map<Companion, Map<String, World.Delivery>> waiting = new LinkedHashMap<>();

  void add(World.Delivery delivery) {
    if (!delivery.stanza().is("ack")) {
      waiting
          .computeIfAbsent(delivery.to(), _ -> new LinkedHashMap<>())
          .put(key(delivery.stanza()), delivery);
    }
  }

  List<World.Delivery> to(Companion device) {
    return List.copyOf(waiting.getOrDefault(device, Map.of()).values());
  }

  /// A receipt or an ack of this device's.
  void settle(Companion by, Element answer) {
    var about = answer.is("receipt") ? "message" : answer.require("class");
    waiting
        .getOrDefault(by, new LinkedHashMap<>())
        .values()
        .removeIf(
            it -> it.stanza().is(about) && it.stanza().require("id").equals(answer.require("id")));
  }

  private static String key(Element stanza) {
    return stanza.tag()
        + "|"
        + stanza.require("id")
        + "|"
        + stanza.attribute("type").orElse("")
        + "|"
        + stanza.require("from")
        + "|"
        + stanza.attribute("participant").orElse("");
  }
}
