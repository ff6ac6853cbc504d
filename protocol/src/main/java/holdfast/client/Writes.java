package holdfast.client;

import holdfast.stanza.Element;
import holdfast.stanza.StanzaCodec;
import java.util.ArrayList;
import java.util.List;

/// Stanzas that go out together: one flush for all of one connection.
final class Writes {
  private final Connections connections;
  private final List<byte[]> stanzas = new ArrayList<>();
  private long generation;

  Writes(Connections connections) {
    this.connections = connections;
  }

  void add(long to, Element stanza) {
    addBytes(to, StanzaCodec.encode(stanza));
  }

  void addBytes(long to, byte[] stanza) {
    if (to != generation) {
      flush();
      generation = to;
    }
    stanzas.add(stanza);
  }

  void flush() {
    if (!stanzas.isEmpty()) {
      connections.send(generation, List.copyOf(stanzas));
      stanzas.clear();
    }
  }
}
