package holdfast.simulation;

import holdfast.client.Transport;
import holdfast.session.Input;
import holdfast.stanza.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// The network between the processes and the server: opens links, delays and loses what they carry,
/// and shows everything to the rules.
final class Net implements Road {
  private final Agenda agenda;
  private final Swarm swarm;
  private final SplittableRandom jitter;
  private final Trace trace;
  private final List<Link> links = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // joined before anything happens
  private Rules rules;

  @SuppressWarnings("NullAway.Init") // joined before anything happens
  private Hub hub;

  private long slowUntilMs;

  Net(Agenda agenda, Swarm swarm, SplittableRandom jitter, Trace trace) {
    this.agenda = agenda;
    this.swarm = swarm;
    this.jitter = jitter;
    this.trace = trace;
  }

  void join(Rules theRules, Hub theHub) {
    this.rules = theRules;
    this.hub = theHub;
  }

  Agenda agenda() {
    return agenda;
  }

  @Override
  public Transport seenBy(Machine machine) {
    return (request, listener) -> {
      machine.touched();
      rules.opens(machine);
      var link = new Link(this, machine, request, listener, links.size() + 1L);
      if (swarm.strikes(Fault.NO_DESCRIPTOR)) {
        throw new IllegalStateException("told by the seed");
      }
      // What is to be done with it may have been decided while the end before it was awaited.
      link.facts().reasonGiven = !links.isEmpty() && links.getLast().isEndLate();
      links.add(link);
      trace.add("link", "asked for", link.number());
      if (swarm.strikes(Fault.UNREACHABLE)) {
        link.fails(Input.Cause.UNREACHABLE);
      } else if (swarm.strikes(Fault.HANDSHAKE)) {
        link.fails(Input.Cause.HANDSHAKE);
      } else if (swarm.strikes(Fault.SILENT)) {
        link.dies();
      } else {
        agenda.after(2 * latencyMs(), () -> accept(link));
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
    trace.add("up", stanza.tag(), link.number());
    rules.sends(link, stanza, bytes);
  }

  void arrived(Link link, Element stanza) {
    hub.received(link, stanza);
  }

  void told(Link link, Element stanza) {
    trace.add("down", stanza.tag(), link.number());
    rules.told(link, stanza);
  }

  void closing(Link link, String how) {
    trace.add("link", how, link.number());
    rules.closes(link);
  }

  void gone(Link link) {
    hub.closed(link);
  }

  void trace(String what, String detail, long number) {
    trace.add(what, detail, number);
  }

  // ---- how it carries

  boolean strikes(Fault fault) {
    return swarm.strikes(fault);
  }

  void slowFor(long ms) {
    slowUntilMs = agenda.nowMs() + ms;
  }

  long latencyMs() {
    return agenda.nowMs() < slowUntilMs ? 500 + jitterMs(3_000) : 3 + jitterMs(40);
  }

  @Override
  public long jitterMs(int bound) {
    return jitter.nextInt(bound);
  }

  List<Link> links() {
    return links;
  }

  @Override
  public boolean isInUse(Machine machine) {
    return links.stream().anyMatch(link -> link.machine() == machine && !link.isReported());
  }

  @Override
  public void orphaned(Machine machine, boolean told) {
    for (var link : links) {
      if (link.machine() == machine && !link.isReported()) {
        link.orphaned(told);
      }
    }
  }
}
