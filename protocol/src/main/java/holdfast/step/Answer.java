package holdfast.step;

import holdfast.stanza.Element;

/// What became of a query.
public sealed interface Answer {
  /// The whole `iq` element of type result.
  record Result(Element iq) implements Answer {}

  /// `code` and `text` of the error element; 0 and empty when it has none.
  record Refused(int code, String text) implements Answer {}

  /// No answer within the query timeout, or the connection ended.
  record Lost() implements Answer {}
}
