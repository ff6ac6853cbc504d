package holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.Stream;

/// What holds of every step of a life, whatever its state and whatever the input.
final class LifeRules {
  private LifeRules() {}

  static void hold(LifeWalk.Seen seen) {
    opensOnlyWithoutASocket(seen);
    opensOnlyWhenWanted(seen);
    leavesOlderConnectionsAlone(seen);
    answersEachCallerOnce(seen);
    neverRingsForEver(seen);
    stops(seen);
    closesOnlyItsOwn(seen);
    assertThat(seen.after().control().phase()).isEqualTo(seen.after().phase().word());
  }

  private static void opensOnlyWithoutASocket(LifeWalk.Seen seen) {
    var opened =
        seen.effects().stream()
            .filter(Life.Effect.Open.class::isInstance)
            .map(Life.Effect.Open.class::cast)
            .toList();
    if (opened.isEmpty()) {
      assertThat(seen.after().control().generation())
          .as("%s", seen)
          .isEqualTo(seen.before().control().generation());
      assertThat(seen.after().owned()).as("%s", seen).isIn(Optional.empty(), seen.before().owned());
      return;
    }
    var endObserved =
        seen.input() instanceof Life.Input.ConnectionClosed
            || (seen.input() instanceof Life.Input.Alarm
                && seen.before().phase() instanceof Phase.Closing it
                && it.destroyed());
    long next = seen.before().control().generation() + 1;
    assertThat(opened).as("%s", seen).hasSize(1);
    assertThat(opened.getFirst().generation()).as("%s", seen).isEqualTo(next);
    assertThat(seen.after().control().generation()).as("%s", seen).isEqualTo(next);
    assertThat(seen.after().owned()).as("%s", seen).contains(next);
    assertThat(seen.before().owned().isEmpty() || endObserved).as("%s", seen).isTrue();
  }

  private static void opensOnlyWhenWanted(LifeWalk.Seen seen) {
    boolean opens = seen.effects().stream().anyMatch(Life.Effect.Open.class::isInstance);
    var over =
        switch (seen.before().phase()) {
          case Phase.Stopped _, Phase.LoggedOut _, Phase.Refused _, Phase.Conflicted _ -> true;
          case Phase _ -> false;
        };
    if (opens && over) {
      assertThat(seen.input())
          .as("%s", seen)
          .isInstanceOfAny(Life.Input.Start.class, Life.Input.Restore.class);
    }
    if (opens) {
      assertThat(seen.after().control().wanted()).as("%s", seen).isTrue();
      assertThat(seen.at().isBefore(seen.before().control().conflicts().coolDownEnds()))
          .as("%s", seen)
          .isFalse();
    }
  }

  /// A generation is never given twice, so what is said under an older one is from the dead (R7).
  private static void leavesOlderConnectionsAlone(LifeWalk.Seen seen) {
    long said =
        switch (seen.input()) {
          case Life.Input.ConnectionClosed it -> it.generation();
          case Life.Input.Ended it -> it.generation();
          case Life.Input.RefsOffered it -> it.generation();
          case Life.Input.CodeShown it -> it.generation();
          case Life.Input.Paired it -> it.generation();
          case Life.Input.LoggedIn it -> it.generation();
          case Life.Input.Proven it -> it.generation();
          case Life.Input.PingAnswered it -> it.generation();
          case Life.Input.AccountChanged it -> it.generation();
          case Life.Input _ -> -1;
        };
    if (said >= 0 && !seen.before().owned().equals(Optional.of(said))) {
      nothingFollows(seen);
    }
  }

  private static void answersEachCallerOnce(LifeWalk.Seen seen) {
    var due = new ArrayList<>(LifeWalk.waiting(seen.before()));
    switch (seen.input()) {
      case Life.Input.Start it -> due.add(it.caller());
      case Life.Input.Stop it -> due.add(it.caller());
      case Life.Input.ShutDown it -> due.add(it.caller());
      case Life.Input.Unlinked it -> due.add(it.caller());
      case Life.Input _ -> {}
    }
    var had = new ArrayList<>(LifeWalk.waiting(seen.after()));
    for (var effect : seen.effects()) {
      if (effect instanceof Life.Effect.Answer it) {
        had.add(it.caller());
      }
    }
    assertThat(had).as("%s", seen).containsExactlyInAnyOrderElementsOf(due);
    if (seen.input() instanceof Life.Input.GiveUp it) {
      assertThat(seen.after().attempt().stream().flatMap(all -> all.waiters().stream()))
          .as("%s", seen)
          .noneMatch(waiter -> waiter.caller().equals(it.caller()));
    }
  }

  private static void neverRingsForEver(LifeWalk.Seen seen) {
    var deadline = seen.after().phase().deadline();
    if (seen.after().owned().isPresent() || !LifeWalk.waiting(seen.after()).isEmpty()) {
      assertThat(deadline).as("%s", seen).isPresent();
    }
    if (!(seen.input() instanceof Life.Input.Alarm)) {
      return;
    }
    deadline.ifPresent(due -> assertThat(due).as("%s", seen).isAfter(seen.at()));
    if (seen.before().phase().deadline().filter(due -> !due.isAfter(seen.at())).isEmpty()) {
      nothingFollows(seen);
    }
  }

  private static void stops(LifeWalk.Seen seen) {
    if (!(seen.input() instanceof Life.Input.Stop)) {
      return;
    }
    var end = seen.after().phase() instanceof Phase.Closing it ? it.next() : seen.after().phase();
    assertThat(end)
        .as("%s", seen)
        .isInstanceOfAny(Phase.Stopped.class, Phase.LoggedOut.class, Phase.Refused.class);
    assertThat(seen.after().control().wanted()).as("%s", seen).isFalse();
  }

  private static void closesOnlyItsOwn(LifeWalk.Seen seen) {
    var closed =
        seen.effects().stream()
            .flatMap(
                effect ->
                    switch (effect) {
                      case Life.Effect.Close it -> Stream.of(it.generation());
                      case Life.Effect.Destroy it -> Stream.of(it.generation());
                      case Life.Effect _ -> Stream.<Long>empty();
                    })
            .toList();
    assertThat(closed.size()).as("%s", seen).isLessThanOrEqualTo(1);
    closed.forEach(
        generation -> {
          assertThat(seen.before().owned()).as("%s", seen).contains(generation);
          assertThat(seen.after().phase()).as("%s", seen).isInstanceOf(Phase.Closing.class);
        });
  }

  private static void nothingFollows(LifeWalk.Seen seen) {
    assertThat(seen.mattered()).as("%s", seen).isFalse();
  }
}
