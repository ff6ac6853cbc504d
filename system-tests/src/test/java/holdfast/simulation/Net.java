package holdfast.simulation;

import holdfast.client.Transport;
import holdfast.session.Input;
import holdfast.stanza.Element;
import java.util.SplittableRandom;

/// The network between the processes and the server: opens links, delays and loses what they carry,
/// and shows everything to the rules.
final class Net extends Road<Link> {
  private final Swarm swarm;

  @SuppressWarnings("NullAway.Init") // joined before anything happens
  private Rules rules;

  @SuppressWarnings("NullAway.Init") // joined before anything happens
  private Hub hub;

  Net(Agenda agenda, Swarm swarm, SplittableRandom jitter, Trace trace) {
    super(agenda, jitter, trace);
    this.swarm = swarm;
  }

  void join(Rules theRules, Hub theHub) {
    this.rules = theRules;
    this.hub = theHub;
  }

  @Override
  Transport seenBy(Machine machine) {
    return (request, listener) -> {
      machine.touched();
      rules.opens(machine);
      var link = new Link(this, machine, request, listener, links().size() + 1L);
      if (swarm.strikes(Fault.NO_DESCRIPTOR)) {
        throw new IllegalStateException("told by the seed");
      }
      // What is to be done with it may have been decided while the end before it was awaited.
      link.facts().reasonGiven = !links().isEmpty() && links().getLast().isEndLate();
      links().add(link);
      trace("link", "asked for", link.number());
      if (swarm.strikes(Fault.UNREACHABLE)) {
        link.fails(Input.Cause.UNREACHABLE);
      } else if (swarm.strikes(Fault.HANDSHAKE)) {
        link.fails(Input.Cause.HANDSHAKE);
      } else if (swarm.strikes(Fault.SILENT)) {
        link.dies();
      } else {
        agenda().after(2 * latencyMs(), () -> accept(link));
      }
      return link;
    };
  }

  private void accept(Link link) {
    if (!link.isClosing() && !link.isReported() && !link.machine().isDead()) {
      link.accepted();
      hub.opened(link);
    }
  }

  // ---- what links tell

  void sending(Link link, Element stanza, byte[] bytes) {
    trace("up", stanza.tag(), link.number());
    rules.sends(link, stanza, bytes);
  }

  void arrived(Link link, Element stanza) {
    hub.received(link, stanza);
  }

  void told(Link link, Element stanza) {
    trace("down", stanza.tag(), link.number());
    rules.told(link, stanza);
  }

  void closing(Link link, String how) {
    trace("link", how, link.number());
    rules.closes(link);
  }

  void gone(Link link) {
    hub.closed(link);
  }

  // ---- how it carries

  boolean strikes(Fault fault) {
    return swarm.strikes(fault);
  }
}
