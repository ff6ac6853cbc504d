package holdfast.sandbox.iq;

import holdfast.sandbox.world.Device;
import holdfast.stanza.Element;
import java.util.List;

/// `md`: a linked companion ends its link. (Making one is the server's pairing.)
final class Companions implements Namespace {
  @Override
  public List<Element> answer(Request request) {
    if (request.subject().equals("remove-companion-device")) {
      var device = request.device();
      var asked = request.child();
      var target =
          asked
              .jid("jid")
              .flatMap(request.world()::device)
              .filter(it -> it.account() == device.account() && !it.isPrimary())
              .orElse(device);
      request.world().loop().next(() -> remove(request, target));
    }
    return List.of();
  }

  private static void remove(Request request, Device target) {
    if (target.account().device(target.number()).filter(target::equals).isPresent()) {
      request.consequences().remove(target);
    }
  }
}
