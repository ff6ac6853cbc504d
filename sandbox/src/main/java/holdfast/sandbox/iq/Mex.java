package holdfast.sandbox.iq;

import holdfast.stanza.Element;
import java.util.List;

/// `w:mex`: GraphQL over iq. Every query is answered with nothing.
final class Mex implements Namespace {
  @Override
  public List<Element> answer(Request request) {
    return List.of(Element.of("result").containing("{\"data\":{}}"));
  }
}
