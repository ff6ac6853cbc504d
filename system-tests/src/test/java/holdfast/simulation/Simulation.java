package holdfast.simulation;

import holdfast.session.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One seed, played from its beginning to its end.
final class Simulation {
  /// What a seed must at least have been through.
  private static final int INPUTS = 100;

  private static final int FAULTS = 2;
  private static final int CALLERS = 2;
  private static final int ACTS = 14;
  private static final int ACTS_MAX = 600;

  /// `broken`: what didn't hold, and when.
  record Result(
      long seed,
      String hash,
      Optional<String> broken,
      List<String> lines,
      long inputs,
      int faults,
      int callers) {}

  private final Chance chance;
  private final Agenda agenda = new Agenda();
  private final Tally tally = new Tally();
  private final Swarm swarm;
  private final Shelf shelf;
  private final Net net;
  private final Hub hub;
  private final Contact contact;
  private final Rules rules;
  private final Asks asks;
  private final Ground ground;
  private final Acts acts;

  private Simulation(long seed, boolean written) {
    this.chance = new Chance(seed);
    var trace = new Trace(agenda, written);
    this.swarm = new Swarm(chance, tally, Fault.values());
    this.shelf = new Shelf(swarm, agenda);
    shelf.begins(Prepared.BEGINNING);
    this.net = new Net(agenda, swarm, chance.apart(), trace);
    this.contact = new Contact(chance.apart());
    this.hub = new Hub(net, swarm, chance.apart(), contact);
    var policy = policy();
    this.rules = new Rules(agenda, shelf, net, policy.managed(), policy.conflictMax());
    this.asks = new Asks(agenda, trace);
    rules.join(asks, hub);
    net.join(rules, hub);
    var world = new Machine.Outside(agenda, net, shelf, swarm, chance.apart());
    this.ground = new Ground(world, asks, tally, trace);
    this.acts = new Acts(new Acts.Stage(ground, net, hub, rules), chance, policy);
  }

  private Policy policy() {
    return new Policy(
        !chance.oneIn(7),
        chance.oneIn(4) ? Duration.ofMinutes(5) : Duration.ofSeconds(5),
        chance.of(List.of(1, 3, 3, 8)));
  }

  /// `written`: with its trace as text. What it has met is added to `met`.
  static Result play(long seed, boolean written, Tally met) {
    var simulation = new Simulation(seed, written);
    return simulation.ground.play(seed, simulation::play, met);
  }

  private void play() {
    acts.begin();
    for (int act = 0; act < ACTS_MAX && !isEnough(act); act++) {
      pass(chance.pauseMs());
      acts.next();
      healthy();
    }
    acts.heal();
    pass(10_000); // what was begun before comes to its end
    comesBack();
    settles();
    ends();
  }

  private boolean isEnough(int act) {
    return act >= ACTS
        && asks.asked() >= CALLERS
        && tally.inputs() >= INPUTS
        && swarm.given() >= FAULTS;
  }

  private void pass(long ms) {
    long until = agenda.nowMs() + ms;
    while (agenda.step(until)) {
      healthy();
    }
    rules.check();
  }

  private void healthy() {
    rules.check();
    ground.mustBeQuiet();
  }

  /// R15: once nothing goes wrong any more, whoever wants it is connected.
  private void comesBack() {
    long limit = agenda.nowMs() + 420_000;
    while (!acts.isConnected()) {
      if (agenda.nowMs() > limit) {
        throw new Broken("R15: " + acts.state() + " seven minutes after the last fault");
      }
      acts.wantsConnection();
      pass(2_000);
    }
  }

  /// R22, R31, R34: once connected, all that waits arrives, each once.
  private void settles() {
    for (int tries = 0; tries < 30 && !acts.isSettled(); tries++) {
      pass(5_000);
      if (tries == 5) {
        net.links().getLast().cut(); // what the network lost is repeated at the next login
      }
      acts.wantsConnection();
    }
    acts.mustBeSettled(contact);
  }

  /// R6, R19: after a stop nothing is left, and nothing is said.
  private void ends() {
    pass(Math.max(0, shelf.failedAtMs() + 70_000 - agenda.nowMs())); // no restore is planned
    acts.stop();
    pass(10_000);
    acts.mustBeStopped();
    pass(120_000);
    acts.mustBeStopped();
  }
}
