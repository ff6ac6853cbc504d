package holdfast.sandbox.iq;

import holdfast.stanza.Attribute;
import holdfast.stanza.Element;
import java.util.List;

/// `w:biz`: nobody here is a business.
final class Business implements Namespace {
  @Override
  public List<Element> answer(Request request) {
    var profile = request.iq().child("business_profile");
    var jid = profile.flatMap(it -> it.child("profile")).flatMap(it -> it.jid("jid"));
    var answer = Element.of("business_profile");
    return List.of(
        jid.isEmpty()
            ? answer
            : answer.containing(Element.of("profile").with("jid", jid.map(Attribute.class::cast))));
  }
}
