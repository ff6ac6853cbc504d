package holdfast.simulation;

import holdfast.client.Store;
import holdfast.session.Input;
import holdfast.session.Policy;
import holdfast.store.Outbound;
import java.util.Optional;
import java.util.function.Consumer;

/// The processes that run the session, one after the other: how each ends, how the next begins, and
/// how things stand in it.
final class Machines {
  private static final long STOP_LIMIT_MS = 7_000;

  private final Ground ground;
  private final Chance chance;
  private final Policy policy;
  private Machine current;

  Machines(Ground ground, Chance chance, Policy policy) {
    this.ground = ground;
    this.chance = chance;
    this.policy = policy;
    this.current = machine(1);
  }

  private Machine machine(long epoch) {
    return new Machine(ground.world(), epoch, policy, ground.tally(), ground.trace());
  }

  Machine current() {
    return current;
  }

  // ---- from one to the next

  /// Something ends the process, now or soon.
  void meets(Fault fault) {
    ground.swarm().met(fault);
    var process = current;
    switch (fault) {
      case CRASH -> process.endsAfter(1 + chance.below(40));
      case POWER_LOSS -> {
        process.end();
        gone(process, false);
      }
      case ORDERLY_RESTART ->
          ground
              .asks()
              .ask(
                  process,
                  "a shutdown",
                  Input.ShutDown::new,
                  Optional.empty(),
                  STOP_LIMIT_MS,
                  _ -> ground.agenda().after(1, process::end));
      default -> throw new IllegalStateException("not of a process: " + fault);
    }
  }

  /// `told`: whether its system closes what it had open, so that the server hears of the end.
  void gone(Machine process, boolean told) {
    ground.world().net().orphaned(process, told);
    ground.asks().hungUp(process);
  }

  /// A new process begins where the store stands, and goes on as it was wanted. `begun` is given it
  /// before it has done anything.
  void comeBack(Consumer<Machine> begun) {
    gone(current, true);
    try {
      current = machine(ground.shelf().newestEpoch() + (chance.oneIn(2) ? 1 : 0));
    } catch (Store.StoreUnavailable _) {
      return; // it can't even begin; it is tried again
    }
    begun.accept(current);
    ground.trace().add("process", "begins", current.epoch());
    current.during(current.loop()::restore);
  }

  // ---- how things stand

  boolean isConnected() {
    return !current.isDead() && current.loop().status().connected();
  }

  String state() {
    return current.isDead() ? "gone" : current.loop().status().state();
  }

  /// Connected, and nothing is left to send.
  boolean isSettled() {
    return isConnected() && left(Outbound.State.QUEUED) == 0 && left(Outbound.State.SENDING) == 0;
  }

  private int left(Outbound.State state) {
    return ground.shelf().rows(state).size();
  }

  void mustBeSettled() {
    if (!isSettled()) {
      throw new Broken(
          "R34: left over: %s queued, %s sending, %s"
              .formatted(left(Outbound.State.QUEUED), left(Outbound.State.SENDING), state()));
    }
  }

  /// Nothing is left that could wake a session that was stopped, and no socket.
  void mustRest() {
    if (current.alarms() > 0 || current.bells() > 0) {
      throw new Broken(
          "R6: stopped, and %d alarms are set, %d by callers"
              .formatted(current.alarms(), current.bells()));
    }
    if (ground.world().net().isInUse(current)) {
      throw new Broken("R6: stopped, and a socket is left");
    }
  }
}
