package holdfast.simulation;

import holdfast.session.Policy;
import java.time.Duration;
import java.util.List;

/// One seed against the sandbox's own world: real Noise, real Signal, a link that is made by a
/// code, scanned or typed.
final class SandboxLives implements Lives {
  private static final int INPUTS = 100;
  private static final int FAULTS = 2;
  private static final int ACTS = 14;
  private static final int ACTS_MAX = 600;

  @Override
  public Simulation.Result play(long seed, boolean written, Tally met) {
    var life = new Life(seed, written);
    return life.ground.play(seed, life::play, met);
  }

  /// Each fault of this world, where there are seeds enough for all.
  @Override
  public Demand demand(long seeds) {
    return Demand.NONE;
  }

  private static final class Life {
    private final Chance chance;
    private final Agenda agenda = new Agenda();
    private final Tally tally = new Tally();
    private final Swarm swarm;
    private final Shelf shelf;
    private final SandboxNet net;
    private final SandboxRules rules;
    private final Asks asks;
    private final Ground ground;
    private final SandboxActs acts;

    Life(long seed, boolean written) {
      this.chance = new Chance(seed);
      var trace = new Trace(agenda, written);
      this.swarm = new Swarm(chance, tally, SandboxActs.FAULTS);
      this.shelf = new Shelf(swarm, agenda);
      this.net = new SandboxNet(agenda, swarm, chance.apart(), trace);
      this.rules = new SandboxRules(net, shelf);
      net.join(rules);
      this.asks = new Asks(agenda, trace);
      var outside = new Machine.Outside(agenda, net, shelf, swarm, chance.apart());
      var policy =
          new Policy(
              true, Duration.ofSeconds(chance.oneIn(4) ? 300 : 5), chance.of(List.of(1, 3, 8)));
      this.ground = new Ground(outside, asks, tally, trace);
      this.acts = new SandboxActs(new SandboxActs.Stage(ground, net, rules), chance, policy);
    }

    void play() {
      acts.begin();
      until(600, acts::isLinked, "R9, R10: no link is made");
      for (int act = 0; act < ACTS_MAX && !isEnough(act); act++) {
        pass(chance.pauseMs() / 2);
        acts.next();
      }
      acts.heal();
      pass(10_000);
      until(420, acts::isConnected, "R15: isn't connected seven minutes after the last fault");
      settles();
      pass(Math.max(0, shelf.failedAtMs() + 70_000 - agenda.nowMs()));
      acts.stop();
      pass(20_000);
      acts.mustBeStopped();
      rules.check();
    }

    private boolean isEnough(int act) {
      return act >= ACTS && tally.inputs() >= INPUTS && swarm.given() >= FAULTS;
    }

    private void settles() {
      for (int tries = 0; tries < 30 && !acts.isSettled(); tries++) {
        pass(5_000);
        if (tries == 5) {
          net.links().getLast().cut(); // what the network lost is repeated at the next login
        }
        acts.wantsConnection();
      }
      acts.mustBeSettled();
    }

    private void until(long seconds, java.util.function.BooleanSupplier reached, String what) {
      long limit = agenda.nowMs() + 1_000 * seconds;
      while (!reached.getAsBoolean()) {
        if (agenda.nowMs() > limit) {
          throw new Broken(what + ": " + acts.state());
        }
        acts.wantsConnection();
        pass(2_000);
      }
    }

    private void pass(long ms) {
      long until = agenda.nowMs() + ms;
      while (agenda.step(until)) {
        healthy();
      }
      healthy();
      rules.check();
    }

    private void healthy() {
      asks.check();
      ground.mustBeQuiet();
    }
  }
}
