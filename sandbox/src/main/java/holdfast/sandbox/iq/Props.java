package holdfast.sandbox.iq;

import holdfast.stanza.Element;
import java.util.List;

/// `abt`: the server's experiments. None run here.
final class Props implements Namespace {
  @Override
  public List<Element> answer(Request request) {
    return List.of(
        Element.of("props")
            .with("hash", "h1")
            .with("refresh", 86400)
            .with("ab_key", "k1")
            .containing(Element.of("prop").with("config_code", 10518).with("config_value", 0)));
  }
}
