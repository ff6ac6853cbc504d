package holdfast.step;

import holdfast.stanza.Element;

/// What a feature wants done once the batch is durable. The session adds its own kinds beside
/// these.
public sealed interface Effect {
  /// A stanza to write on the present connection.
  record Write(Element stanza) implements Effect {}

  /// An acknowledgement (receipt, ack, iq result): written after every other effect of its batch,
  /// so that after a crash the server repeats what caused it.
  record Acknowledge(Element stanza) implements Effect {}

  /// An iq to send; its answer, or the lack of one, comes back to the feature that the query
  /// names. The id is given by the session.
  record Ask(Query query, Element iq) implements Effect {}

  /// The stanza as bytes, encrypted and committed before: it may have gone out already and goes out
  /// again unchanged.
  record WriteBytes(byte[] stanza) implements Effect {}
}
