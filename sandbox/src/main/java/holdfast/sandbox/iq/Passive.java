package holdfast.sandbox.iq;

import holdfast.stanza.Element;
import java.util.List;

/// `passive`: a companion says that it is ready for its traffic.
final class Passive implements Namespace {
  @Override
  public List<Element> answer(Request request) {
    if (request.subject().equals("active")) {
      var device = request.device();
      request.world().loop().next(() -> request.consequences().activate(device));
    }
    return List.of();
  }
}
