package holdfast.simulation;

import holdfast.client.Transport;
import holdfast.sandbox.phone.Phone;
import holdfast.sandbox.server.Network;
import holdfast.sandbox.world.Alarms;
import holdfast.sandbox.world.Loop;
import holdfast.sandbox.world.Records;
import holdfast.sandbox.world.Refused;
import holdfast.sandbox.world.World;
import holdfast.session.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// The network between the processes and the sandbox's own server and phones, which run here
/// without sockets and threads: their world is drained whenever something has been put into it.
final class SandboxNet implements Road {
  static final String OWN = "15550100001";
  static final String CONTACT = "15550100002";

  private final Agenda agenda;
  private final Swarm swarm;
  private final SplittableRandom jitter;
  private final Trace trace;
  private final Loop loop;
  private final Network network;
  private final List<SandboxLink> links = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // joined before anything happens
  private SandboxRules rules;

  private long slowUntilMs;

  SandboxNet(Agenda agenda, Swarm swarm, SplittableRandom random, Trace trace) {
    this.agenda = agenda;
    this.swarm = swarm;
    this.jitter = random.split();
    this.trace = trace;
    var records = Records.forgetful();
    this.loop = new Loop(records, new Planned());
    this.network = new Network(new World(records, loop, agenda::now, random.split()), 1);
    network.phones().make(OWN, "Shop");
    network.phones().make(CONTACT, "Ann");
    loop.drain();
  }

  /// The world's alarms, on the agenda.
  private final class Planned implements Alarms {
    @Override
    public void after(Duration delay, Runnable task) {
      agenda.after(
          delay.toMillis(),
          () -> {
            task.run();
            loop.drain();
          });
    }

    @Override
    public void close() {}
  }

  void join(SandboxRules theRules) {
    this.rules = theRules;
  }

  Agenda agenda() {
    return agenda;
  }

  Network network() {
    return network;
  }

  World world() {
    return network.world();
  }

  Phone phone(String number) {
    return network.phones().find(number).orElseThrow();
  }

  /// Something that happens in the world.
  void happens(Runnable task) {
    loop.execute(task);
    loop.drain();
  }

  /// The same, where it may be that it is refused.
  void tries(Runnable task) {
    happens(
        () -> {
          try {
            task.run();
          } catch (Refused e) {
            trace.add("refused", String.valueOf(e.getMessage()), 0);
          }
        });
  }

  @Override
  public Transport seenBy(Machine machine) {
    return (request, listener) -> {
      machine.touched();
      rules.opens(machine);
      if (swarm.strikes(Fault.NO_DESCRIPTOR)) {
        throw new IllegalStateException("told by the seed");
      }
      var link = new SandboxLink(this, machine, request, listener, links.size() + 1L);
      links.add(link);
      trace.add("link", "asked for", link.number());
      if (swarm.strikes(Fault.UNREACHABLE)) {
        link.fails(Input.Cause.UNREACHABLE);
      } else if (swarm.strikes(Fault.SILENT)) {
        link.dies();
      } else {
        agenda.after(2 * latencyMs(), link::connected);
      }
      return link;
    };
  }

  // ---- what links tell

  void sending(SandboxLink link, byte[] stanza) {
    rules.sends(link, stanza);
  }

  void told(byte[] stanza) {
    rules.told(stanza);
  }

  void trace(String what, String detail, long number) {
    trace.add(what, detail, number);
  }

  // ---- how it carries

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

  SplittableRandom random() {
    return jitter;
  }

  List<SandboxLink> links() {
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
