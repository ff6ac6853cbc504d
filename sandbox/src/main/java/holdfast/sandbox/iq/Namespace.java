package holdfast.sandbox.iq;

import holdfast.stanza.Element;
import java.util.List;

/// The answers of one iq namespace.
@FunctionalInterface
interface Namespace {
  /// What the result holds. @throws IqRefused when the answer is an error
  List<Element> answer(Request request);
}
