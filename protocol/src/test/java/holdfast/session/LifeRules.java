package holdfast.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What holds of every step of a life, whatever its state and whatever the input.
///
/// Millions of steps are looked at: so it is told in plain comparisons, and words are made only for
/// one that doesn't hold.
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
    must(
        seen.after().control().phase().equals(seen.after().phase().word()),
        "the record has the word of the phase",
        seen);
  }

  private static void must(boolean holds, String rule, LifeWalk.Seen seen) {
    if (!holds) {
      throw new AssertionError("doesn't hold: " + rule + ", of " + seen);
    }
  }

  private static void opensOnlyWithoutASocket(LifeWalk.Seen seen) {
    var opened = new ArrayList<Life.Effect.Open>();
    for (var effect : seen.effects()) {
      if (effect instanceof Life.Effect.Open it) {
        opened.add(it);
      }
    }
    long before = seen.before().control().generation();
    long after = seen.after().control().generation();
    var owned = seen.after().owned();
    if (opened.isEmpty()) {
      must(after == before, "a generation is given only to a socket", seen);
      must(
          owned.isEmpty() || owned.equals(seen.before().owned()),
          "a socket is owned only once it is opened",
          seen);
      return;
    }
    var endObserved =
        seen.input() instanceof Life.Input.ConnectionClosed
            || (seen.input() instanceof Life.Input.Alarm
                && seen.before().phase() instanceof Phase.Closing it
                && it.destroyed());
    must(opened.size() == 1, "one socket opens", seen);
    must(opened.getFirst().generation() == before + 1, "it has the next generation", seen);
    must(after == before + 1, "the generation is kept", seen);
    must(owned.equals(Optional.of(before + 1)), "it is owned", seen);
    must(seen.before().owned().isEmpty() || endObserved, "the one before is gone", seen);
  }

  private static void opensOnlyWhenWanted(LifeWalk.Seen seen) {
    if (seen.effects().stream().noneMatch(Life.Effect.Open.class::isInstance)) {
      return;
    }
    var over =
        switch (seen.before().phase()) {
          case Phase.Stopped _, Phase.LoggedOut _, Phase.Refused _, Phase.Conflicted _ -> true;
          case Phase _ -> false;
        };
    must(
        !over
            || seen.input() instanceof Life.Input.Start
            || seen.input() instanceof Life.Input.Restore,
        "only a start or a restore begins anew",
        seen);
    must(seen.after().control().wanted(), "only what is wanted opens", seen);
    must(
        !seen.at().isBefore(seen.before().control().conflicts().coolDownEnds()),
        "nothing opens while it cools down",
        seen);
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
      must(!seen.mattered(), "nothing follows from an older connection", seen);
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
    must(sameInAnyOrder(had, due), "each caller is answered once, or waits", seen);
    if (seen.input() instanceof Life.Input.GiveUp it) {
      must(
          seen.after().attempt().stream()
              .flatMap(all -> all.waiters().stream())
              .noneMatch(waiter -> waiter.caller().equals(it.caller())),
          "who gives up doesn't wait",
          seen);
    }
  }

  private static boolean sameInAnyOrder(List<Caller> some, List<Caller> others) {
    var left = new ArrayList<>(others);
    return some.size() == others.size() && some.stream().allMatch(left::remove);
  }

  private static void neverRingsForEver(LifeWalk.Seen seen) {
    var deadline = seen.after().phase().deadline();
    if (seen.after().owned().isPresent() || !LifeWalk.waiting(seen.after()).isEmpty()) {
      must(deadline.isPresent(), "what is open and who waits has a bound", seen);
    }
    if (!(seen.input() instanceof Life.Input.Alarm)) {
      return;
    }
    must(
        deadline.isEmpty() || deadline.get().isAfter(seen.at()),
        "an alarm that rang is over",
        seen);
    if (seen.before().phase().deadline().filter(due -> !due.isAfter(seen.at())).isEmpty()) {
      must(!seen.mattered(), "nothing follows from an alarm before its time", seen);
    }
  }

  private static void stops(LifeWalk.Seen seen) {
    if (!(seen.input() instanceof Life.Input.Stop)) {
      return;
    }
    var end = seen.after().phase() instanceof Phase.Closing it ? it.next() : seen.after().phase();
    must(
        end instanceof Phase.Stopped
            || end instanceof Phase.LoggedOut
            || end instanceof Phase.Refused,
        "a stop comes to rest",
        seen);
    must(!seen.after().control().wanted(), "what is stopped isn't wanted", seen);
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
    must(closed.size() <= 1, "one socket closes", seen);
    for (var generation : closed) {
      must(seen.before().owned().equals(Optional.of(generation)), "it closes what it owns", seen);
      must(seen.after().phase() instanceof Phase.Closing, "it waits for the end", seen);
    }
  }
}
