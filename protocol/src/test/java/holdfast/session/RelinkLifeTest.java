package holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.stanza.Jid;
import holdfast.store.Account;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// A relink from the phone's word to the proof of the new link, and what may go wrong between.
class RelinkLifeTest extends LifeTale {
  private static final Account OLD = LifeWalk.ACCOUNT;
  private static final Account NEW =
      new Account(
          Jid.phone("15550100001").withDevice(8),
          Jid.lid("210000000000009").withDevice(8),
          Optional.empty(),
          "android");

  /// The new link is made, and its first login is under way.
  @BeforeEach
  void linkAnew() {
    take(new Life.Input.Start(ANN, Input.Wait.CONNECTED, true));
    take(new Life.Input.RefsOffered(generation(), List.of("one")));
    take(new Life.Input.Paired(generation(), NEW));
    end(RESTART);
    ring();
    assertThat(life.control().account()).contains(NEW);
    assertThat(life.control().former()).contains(OLD);
    effects.clear();
  }

  @Test
  @DisplayName("R27: once the new link is proven, the one before it is given up")
  void givesUpTheOldOne() {
    take(new Life.Input.LoggedIn(generation()));
    assertThat(effects).doesNotContain(new Life.Effect.LinkProven());

    take(new Life.Input.Proven(generation()));

    assertThat(effects).contains(new Life.Effect.LinkProven());
    assertThat(life.control().account()).contains(NEW);
    assertThat(life.control().former()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Ending.Kind.class,
      names = {"LOGGED_OUT", "REFUSED", "BARRED", "EXPIRED"})
  @DisplayName("R27: a new link that ends before it is proven gives way to the old one at `start`")
  void bringsBack(Ending.Kind kind) {
    end(new Ending(kind, 401, "for good", ""));
    assertThat(life.owned()).isEmpty();
    assertThat(effects).doesNotContain(new Life.Effect.PutLinkAside());

    startsWithTheOldLink();
  }

  @ParameterizedTest
  @EnumSource(
      value = Ending.Kind.class,
      names = {"UNREACHABLE", "LOST", "RESTART"})
  @DisplayName("R27: what a reconnect may heal is no failure of the new link")
  void retries(Ending.Kind kind) {
    end(new Ending(kind, 428, "on the way", ""));
    ring();

    assertThat(effects).contains(new Life.Effect.Open(generation(), false, Life.Why.RECONNECT));
    assertThat(effects).doesNotContain(new Life.Effect.BringLinkBack());
    assertThat(life.control().account()).contains(NEW);
    assertThat(life.control().former()).contains(OLD);
  }

  @ParameterizedTest
  @EnumSource(
      value = Ending.Kind.class,
      names = {"LOST", "CONFLICT", "UNREACHABLE"},
      mode = Mode.INCLUDE)
  @DisplayName("R15, R27: under `manual` such an end is final, and the old link comes back")
  void bringsBackUnderManual(Ending.Kind kind) {
    policy = Policy.MANUAL;
    end(new Ending(kind, 428, "on the way", ""));
    assertThat(life.phase()).isInstanceOf(Phase.Stopped.class);

    startsWithTheOldLink();
  }

  @Test
  @DisplayName("R16, R27: conflicts to the last, and then the old link comes back")
  void bringsBackAfterConflicts() {
    for (int conflict = 0; conflict < policy.conflictMax(); conflict++) {
      if (conflict > 0) {
        ring();
      }
      end(new Ending(Ending.Kind.CONFLICT, 440, "conflict_replaced", ""));
    }
    assertThat(life.phase()).isInstanceOf(Phase.Conflicted.class);
    now = now.plus(policy.coolDown());

    startsWithTheOldLink();
  }

  @Test
  @DisplayName("R21, R27: after a restart of the process the new link is what is tried")
  void goesOnAfterARestart() {
    life = Life.restored(life.control());
    take(new Life.Input.Restore());

    assertThat(effects)
        .containsExactly(new Life.Effect.Open(generation(), false, Life.Why.RESTORE));
    assertThat(life.control().account()).contains(NEW);

    take(new Life.Input.LoggedIn(generation()));
    take(new Life.Input.Proven(generation()));
    assertThat(life.control().former()).isEmpty();
  }

  @Test
  @DisplayName("R21, R27: the old link comes back though the process has ended since it failed")
  void bringsBackAfterARestart() {
    end(new Ending(Ending.Kind.LOGGED_OUT, 401, "logged_out", ""));
    life = Life.restored(life.control());
    take(new Life.Input.Restore());
    assertThat(life.owned()).isEmpty();

    startsWithTheOldLink();
  }

  @Test
  @DisplayName("R7, R27: the old link comes back only when the new one's connection is gone")
  void bringsBackOnlyWithoutASocket() {
    take(new Life.Input.Stop(BEN));
    take(new Life.Input.Start(BEN, Input.Wait.CONNECTED, false));
    assertThat(life.phase()).isInstanceOf(Phase.Closing.class);
    assertThat(effects).doesNotContain(new Life.Effect.BringLinkBack());
    assertThat(life.control().account()).contains(NEW);

    closed();

    assertThat(effects)
        .containsSubsequence(
            new Life.Effect.BringLinkBack(),
            new Life.Effect.Open(generation(), false, Life.Why.RETURN));
    assertThat(life.control().account()).contains(OLD);
  }

  @Test
  @DisplayName("R27: relinked once more before it was proven, the link to go back to is the first")
  void keepsTheFirst() {
    take(new Life.Input.Start(BEN, Input.Wait.CONNECTED, true));
    closed();
    take(new Life.Input.RefsOffered(generation(), List.of("one")));
    take(new Life.Input.Paired(generation(), NEW));
    end(new Ending(Ending.Kind.LOGGED_OUT, 401, "logged_out", ""));

    startsWithTheOldLink();
  }

  @Test
  @DisplayName("R27: what the server refuses an attempt to link says nothing of the link there is")
  void keepsTheLinkWhenTheAttemptIsRefused() {
    life = linked();
    take(new Life.Input.Start(ANN, Input.Wait.CONNECTED, true));
    effects.clear();
    end(BARRED);

    assertThat(effects).doesNotContain(new Life.Effect.PutLinkAside());
    take(new Life.Input.Start(BEN, Input.Wait.CONNECTED, false));
    assertThat(effects).contains(new Life.Effect.Open(generation(), false, Life.Why.START));
    assertThat(life.control().account()).contains(OLD);
  }

  @Test
  @DisplayName("R17: a logout by the user forgets the old link as well as the new one")
  void forgetsBoth() {
    end(new Ending(Ending.Kind.LOGGED_OUT, 401, "logged_out", ""));
    take(new Life.Input.Unlinked(BEN));

    assertThat(effects).contains(new Life.Effect.ForgetLink());
    assertThat(life.hasALink()).isFalse();
    take(new Life.Input.Start(ANN, Input.Wait.QR, false));
    assertThat(effects).contains(new Life.Effect.Open(generation(), true, Life.Why.START));
  }

  private void startsWithTheOldLink() {
    take(new Life.Input.Start(BEN, Input.Wait.CONNECTED, false));

    assertThat(effects)
        .containsSubsequence(
            new Life.Effect.BringLinkBack(),
            new Life.Effect.Open(generation(), false, Life.Why.RETURN));
    assertThat(life.control().account()).contains(OLD);
    assertThat(life.control().former()).isEmpty();
    assertThat(life.control().wanted()).isTrue();
  }
}
