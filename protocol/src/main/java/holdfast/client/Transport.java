package holdfast.client;

import holdfast.crypto.KeyPair;
import holdfast.session.Input;
import java.util.List;

/// The network as a session knows it: encrypted connections to WhatsApp.
public interface Transport {
  /// Begins a connection and returns at once; what becomes of it comes to the listener, in order,
  /// and ends with exactly one `closed`, whatever happens. Only [Connections] calls this (R2).
  Connection open(Request request, Listener listener);

  /// `noiseKey`: the companion's static key; `payload`: a serialized ClientPayload; `routing`: edge
  /// routing info or empty.
  record Request(KeyPair noiseKey, byte[] payload, byte[] routing) {
    @Override
    public String toString() {
      return "Request[]";
    }
  }

  interface Connection {
    /// Stanzas in their encoded form, sealed and written in this order, flushed once.
    void send(List<byte[]> stanzas);

    /// Says goodbye and ends it; `closed` follows, at the latest when the other side has answered.
    void close();

    /// Ends it without a word; `closed` follows at once.
    void destroy();

    /// Whether to go on reading from the socket.
    void reading(boolean on);
  }

  /// Called on the transport's threads: must not block.
  interface Listener {
    /// The handshake is done and verified.
    void opened();

    /// One stanza's bytes, opened.
    void received(byte[] stanza);

    /// `text`: the transport's own word for it, without secrets.
    void closed(Input.Cause cause, String text);
  }
}
