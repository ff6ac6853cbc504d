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
import java.util.SplittableRandom;

/// The network between the processes and the sandbox's own server and phones, which run here
/// without sockets and threads: their world is drained whenever something has been put into it.
final class SandboxNet extends Road<SandboxLink> {
  static final String OWN = "15550100001";
  static final String CONTACT = "15550100002";

  private final Swarm swarm;
  private final Loop loop;
  private final Network network;

  @SuppressWarnings("NullAway.Init") // joined before anything happens
  private SandboxRules rules;

  SandboxNet(Agenda agenda, Swarm swarm, SplittableRandom random, Trace trace) {
    super(agenda, random.split(), trace);
    this.swarm = swarm;
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
      agenda()
          .after(
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
            trace("refused", String.valueOf(e.getMessage()), 0);
          }
        });
  }

  @Override
  Transport seenBy(Machine machine) {
    return (request, listener) -> {
      machine.touched();
      rules.opens(machine);
      if (swarm.strikes(Fault.NO_DESCRIPTOR)) {
        throw new IllegalStateException("told by the seed");
      }
      var link = new SandboxLink(this, machine, request, listener, links().size() + 1L);
      links().add(link);
      trace("link", "asked for", link.number());
      if (swarm.strikes(Fault.UNREACHABLE)) {
        link.fails(Input.Cause.UNREACHABLE);
      } else if (swarm.strikes(Fault.SILENT)) {
        link.dies();
      } else {
        agenda().after(2 * latencyMs(), link::connected);
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
}
