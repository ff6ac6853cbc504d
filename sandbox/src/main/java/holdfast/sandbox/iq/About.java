package holdfast.sandbox.iq;

import holdfast.stanza.Element;
import java.util.List;

/// `status`: the about text, and who sees status posts.
final class About implements Namespace {
  @Override
  public List<Element> answer(Request request) {
    if (!request.isSet()) {
      return List.of(
          Element.of("privacy")
              .containing(Element.of("list").with("type", "contacts").with("default", "true")));
    }
    request
        .iq()
        .child("status")
        .ifPresent(status -> request.account().setAbout(status.text(), request.world().now()));
    return List.of();
  }
}
