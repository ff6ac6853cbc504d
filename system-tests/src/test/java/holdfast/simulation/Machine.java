package holdfast.simulation;

import holdfast.client.Alarms;
import holdfast.client.Ports;
import holdfast.client.SessionLoop;
import holdfast.pairing.Device;
import holdfast.session.Input;
import holdfast.session.Phase;
import holdfast.session.Policy;
import holdfast.session.Session;
import holdfast.session.Settings;
import holdfast.store.Event;
import java.time.Duration;
import java.util.SplittableRandom;

/// One process of the gateway, from its start to its end, which may come between any two uses of
/// the world.
final class Machine {
  /// The process has ended here: nothing after this line happens.
  private static final class PowerCut extends Error {
    private static final long serialVersionUID = 1;

    PowerCut() {
      super("told by the seed", null, false, false);
    }
  }

  /// What the process is run in.
  record Outside(Agenda agenda, Road<?> net, Shelf shelf, Swarm swarm, SplittableRandom random) {}

  private final Outside outside;
  private final long epoch;
  private final SessionLoop loop;
  private boolean dead;
  private long usesLeft = Long.MAX_VALUE;
  private int alarms;
  private int bells;
  private int jobs;
  private boolean asking;

  Machine(Outside outside, long epoch, Policy policy, Tally tally, Trace trace) {
    this.outside = outside;
    this.epoch = epoch;
    var settings =
        new Settings(
            new Device("Mac OS", 1_035_194_821L),
            policy,
            holdfast.message.Pacing.OFF,
            Prepared.PREKEYS,
            Duration.ofMinutes(1));
    var ports =
        new Ports(
            outside.net().seenBy(this),
            this::alarm,
            outside.shelf().seenBy(this::touched),
            this::execute,
            outside.agenda()::now,
            outside.random().split());
    loop = new SessionLoop(Prepared.TENANT, epoch, ports, () -> settings);
    loop.lookOn(
        new SessionLoop.Onlooker() {
          @Override
          public void taken(Phase before, Input input) {
            tally.taken();
            trace.add("input", Words.name(input), 0);
          }

          @Override
          public void lived(Session.Lived given) {
            tally.lived(given);
          }
        });
    loop.listen(
        event -> {
          if (event instanceof Event.StateReached it) {
            trace.add("state", it.state(), it.generation());
          }
        });
  }

  SessionLoop loop() {
    return loop;
  }

  long epoch() {
    return epoch;
  }

  boolean isDead() {
    return dead;
  }

  /// Nothing waits to be worked on.
  boolean isQuiet() {
    return jobs == 0;
  }

  /// Alarms that the session itself has set.
  int alarms() {
    return alarms;
  }

  /// Those that end a caller's patience.
  int bells() {
    return bells;
  }

  /// It ends at the n-th use of the world from now on.
  void endsAfter(int uses) {
    usesLeft = uses;
  }

  void end() {
    dead = true;
  }

  void touched() {
    if (!dead && --usesLeft <= 0) {
      dead = true;
    }
    if (dead) {
      throw new PowerCut();
    }
  }

  /// Does something that may be the process's end.
  void during(Runnable task) {
    try {
      if (!dead) {
        task.run();
      }
    } catch (PowerCut _) {
      dead = true;
    }
  }

  /// As [#during], for a caller, whose own alarm isn't the session's.
  void ask(Runnable question) {
    asking = true;
    during(question);
    asking = false;
  }

  private void execute(Runnable job) {
    touched();
    jobs++;
    boolean sluggish = outside.swarm().isSluggish();
    boolean late = outside.net().jitterMs(sluggish ? 2 : 4) == 0;
    long pause = late ? outside.net().jitterMs(sluggish ? 250 : 30) : 0;
    if (outside.swarm().strikes(Fault.BUSY)) {
      pause = 100 + outside.net().jitterMs(400);
    }
    outside
        .agenda()
        .after(
            pause,
            () -> {
              jobs--;
              during(job);
            });
  }

  private Alarms.Alarm alarm(java.time.Instant at, Runnable ring) {
    touched();
    boolean bell = asking;
    count(bell, 1);
    long late = outside.swarm().strikes(Fault.LATE_ALARM) ? outside.net().jitterMs(900) : 1;
    var pending = new boolean[] {true};
    var plan =
        outside
            .agenda()
            .at(
                at.plusMillis(late),
                () -> {
                  if (pending[0]) {
                    pending[0] = false;
                    count(bell, -1);
                  }
                  during(ring);
                });
    return () -> {
      plan.cancel();
      if (pending[0]) {
        pending[0] = false;
        count(bell, -1);
      }
    };
  }

  private void count(boolean bell, int by) {
    if (bell) {
      bells += by;
    } else {
      alarms += by;
    }
  }
}
