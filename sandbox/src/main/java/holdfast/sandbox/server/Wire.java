package holdfast.sandbox.server;

import holdfast.stanza.Element;

/// The socket under a connection. Calls return at once; what is sent goes out in order.
public interface Wire {
  void send(Element stanza);

  /// Sends it spoilt.
  void send(Element stanza, Damage damage);

  /// A WebSocket ping, to see whether anybody is there.
  void ping();

  /// Closes in order, after what was sent.
  void close();

  /// Ends the TCP connection without a word.
  void cut();

  /// Keeps the TCP connection, reads what comes and throws it away, and says nothing any more: what
  /// a client has when the other end is gone and nobody told it.
  void swallow();
}
