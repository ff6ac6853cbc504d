package holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.store.Control;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// The verbs in which stories of a life are told, and where such a story stands. It begins with a
/// link that rests.
abstract class LifeTale {
  static final Ending RESTART = LifeWalk.ENDINGS.get(0);
  static final Ending UNREACHABLE = LifeWalk.ENDINGS.get(1);
  static final Ending LOST = LifeWalk.ENDINGS.get(2);
  static final Ending CONFLICT = LifeWalk.ENDINGS.get(3);
  static final Ending BARRED = LifeWalk.ENDINGS.get(6);
  static final Caller ANN = new Caller(1);
  static final Caller BEN = new Caller(2);

  final List<Life.Effect> effects = new ArrayList<>();
  Policy policy = Policy.MANAGED;
  Instant now = LifeWalk.NOW;
  Life life = linked();
  private final Random random = new Random(7);

  static Life linked() {
    var control = Control.NEW.withAccount(Optional.of(LifeWalk.ACCOUNT));
    return new Life(new Phase.Stopped(Optional.empty()), control);
  }

  static Life unlinked() {
    return new Life(new Phase.Stopped(Optional.empty()), Control.NEW);
  }

  // ---- what happens

  void take(Life.Input input) {
    var step = Life.step(life, input, now, policy, random);
    life = step.life();
    effects.addAll(step.effects());
  }

  void verify() {
    take(new Life.Input.LoggedIn(generation()));
    take(new Life.Input.Proven(generation()));
    assertThat(life.phase()).isInstanceOf(Phase.Connected.class);
  }

  /// The server says why, and then the connection is gone.
  void end(Ending ending) {
    take(new Life.Input.Ended(generation(), ending));
    closed();
  }

  void closed() {
    closed(LOST);
  }

  void closed(Ending ending) {
    take(new Life.Input.ConnectionClosed(generation(), ending));
  }

  /// Time passes until the life wants to be woken.
  void ring() {
    now = life.phase().deadline().orElseThrow();
    take(new Life.Input.Alarm());
  }

  // ---- where it stands

  long generation() {
    return life.control().generation();
  }

  Duration untilNext() {
    return Duration.between(now, ((Phase.Waiting) life.phase()).until());
  }

  List<Life.Effect> answers() {
    return effects.stream().filter(Life.Effect.Answer.class::isInstance).toList();
  }
}
