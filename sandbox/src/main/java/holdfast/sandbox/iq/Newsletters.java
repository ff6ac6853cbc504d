package holdfast.sandbox.iq;

import holdfast.stanza.Element;
import java.util.List;

/// `newsletter`: there are none; the answers are empty.
final class Newsletters implements Namespace {
  @Override
  public List<Element> answer(Request request) {
    return switch (request.subject()) {
      case "messages" -> List.of(Element.of("messages"));
      case "live_updates" -> List.of(Element.of("live_updates").with("duration", 300));
      default -> List.of();
    };
  }
}
