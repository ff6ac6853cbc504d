package holdfast.simulation;

import holdfast.sandbox.world.SocketBook.Replaced;
import holdfast.stanza.Element;
import holdfast.stanza.MalformedStanza;
import holdfast.stanza.StanzaCodec;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// What always holds against the sandbox: at our end of the network, in the store, and in what only
/// the server can see.
final class SandboxRules {
  private final SandboxNet net;
  private final Shelf shelf;
  private final Set<String> retried = new HashSet<>();
  private final Set<String> written = new LinkedHashSet<>();
  private long lastGeneration;

  SandboxRules(SandboxNet net, Shelf shelf) {
    this.net = net;
    this.shelf = shelf;
  }

  void opens(Machine by) {
    for (var link : net.links()) {
      if (link.machine() == by && !link.isReported()) {
        throw new Broken("R7: a socket is opened while the end of the one before wasn't told");
      }
    }
    long generation = shelf.control().generation();
    if (generation <= lastGeneration) {
      throw new Broken("R7: a socket is opened before its generation is committed");
    }
    lastGeneration = generation;
  }

  /// The contact has written this.
  void written(String id) {
    written.add(id);
  }

  void sends(SandboxLink link, byte[] bytes) {
    var stanza = decoded(bytes);
    net.trace("up", stanza.tag(), link.number());
    switch (stanza.tag()) {
      case "message" -> message(stanza, bytes);
      case "receipt" -> {
        if (!stanza.attribute("type").equals(Optional.of("retry"))) {
          acknowledges(stanza.require("id"));
        }
      }
      case "ack" -> {
        boolean takes = stanza.attribute("error").isEmpty();
        if (takes && stanza.attribute("class").equals(Optional.of("message"))) {
          acknowledges(stanza.require("id"));
        }
      }
      default -> {}
    }
  }

  private void acknowledges(String id) {
    if (written.contains(id) && !shelf.hasEventFor(id)) {
      throw new Broken("R22: a message is acknowledged before its event is committed");
    }
  }

  private void message(Element stanza, byte[] bytes) {
    var id = stanza.require("id");
    var row = shelf.outbound(id);
    if (retried.contains(id) || stanza.attribute("category").equals(Optional.of("peer"))) {
      return;
    }
    if (row.flatMap(it -> it.stanza()).filter(kept -> Arrays.equals(kept, bytes)).isEmpty()) {
      throw new Broken("R22: a ciphertext leaves before it is committed");
    }
  }

  /// The network hands this to the session.
  void told(byte[] bytes) {
    var stanza = decoded(bytes);
    net.trace("down", stanza.tag(), bytes.length);
    if (stanza.is("receipt") && stanza.attribute("type").equals(Optional.of("retry"))) {
      retried.add(stanza.require("id"));
    }
  }

  private static Element decoded(byte[] bytes) {
    try {
      return StanzaCodec.decode(bytes);
    } catch (MalformedStanza e) {
      throw new Broken("a stanza that can't be read: " + e.getMessage());
    }
  }

  /// What the contact has written and the tenant's log doesn't have.
  Set<String> missing() {
    var missing = new LinkedHashSet<>(written);
    missing.removeIf(shelf::hasEventFor);
    return missing;
  }

  /// What only a server can see.
  void check() {
    var found = net.world().violations().found();
    if (!found.isEmpty()) {
      throw new Broken("R22: seen by the server: " + found.getFirst());
    }
    for (var row : net.world().sockets().rows()) {
      if (row.replaced(Replaced.LIVE) > 0) {
        throw new Broken("R1: a login replaced a connection of ours that still answers");
      }
    }
  }
}
