package holdfast.simulation;

import holdfast.session.Caller;
import holdfast.session.Input;
import holdfast.session.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// Who asked for what, until when they must have been told, and what they were told.
final class Asks {
  private static final long LONG_AGO = Long.MIN_VALUE / 2;

  /// Where no patience of the caller's own ends it: codes may be on show, and starts joined, for
  /// this long.
  static final long PATIENT_MS = 900_000;

  private static final long START_LIMIT_MS = 180_000;
  private static final long SLACK_MS = 1_500;

  private final Agenda agenda;
  private final Trace trace;
  private final List<Ask> open = new ArrayList<>();
  private final List<Long> startedMs = new ArrayList<>();
  private long lastStartMs = LONG_AGO;
  private long lastStopMs = LONG_AGO;
  private long lastEndMs = LONG_AGO;
  private long lastAskMs = LONG_AGO;
  private boolean stopped;
  private int asked;

  Asks(Agenda agenda, Trace trace) {
    this.agenda = agenda;
    this.trace = trace;
  }

  private record Ask(String what, Machine machine, long dueMs) {}

  /// `boundMs`: how long the answer may take. `told`: what to do with it.
  void ask(
      Machine machine,
      String what,
      Function<Caller, Input> command,
      Optional<Duration> patience,
      long boundMs,
      Consumer<Outcome> told) {
    var ask = new Ask(what, machine, agenda.nowMs() + boundMs);
    open.add(ask);
    asked++;
    lastAskMs = agenda.nowMs();
    trace.add("asks", what, 0);
    machine.ask(
        () -> {
          var answer =
              patience.isPresent()
                  ? machine.loop().ask(command, patience.get())
                  : machine.loop().ask(command);
          answer.whenComplete(
              (outcome, failure) -> {
                open.remove(ask);
                trace.add(
                    "told", failure == null ? outcome.getClass().getSimpleName() : "failure", 0);
                if (failure == null) {
                  told.accept(outcome);
                }
              });
        });
  }

  /// Whoever asked this process will never hear of it, and knows.
  void hungUp(Machine machine) {
    open.removeIf(ask -> ask.machine() == machine);
  }

  void check() {
    for (var ask : open) {
      if (agenda.nowMs() > ask.dueMs() && !ask.machine().isDead()) {
        throw new Broken("R8: nobody answered " + ask.what());
      }
    }
  }

  /// Whether somebody waits for this process, but for those whose word is still in its mailbox.
  boolean isAnyOpen(Machine machine) {
    return open.stream().anyMatch(ask -> ask.machine() == machine);
  }

  /// R8: whether the bound of a start runs out now, which ends an attempt that nothing else bounds.
  boolean isAStartOver() {
    long begun = agenda.nowMs() - START_LIMIT_MS;
    return startedMs.stream().anyMatch(at -> Math.abs(at - begun) < SLACK_MS);
  }

  void starts() {
    lastStartMs = agenda.nowMs();
    startedMs.add(lastStartMs);
    stopped = false;
  }

  void stops() {
    lastStopMs = agenda.nowMs();
    ends();
  }

  void ends() {
    lastEndMs = agenda.nowMs();
  }

  /// A stop, asked for then, was answered.
  void stopAnswered(long askedMs) {
    stopped = lastStartMs < askedMs;
  }

  /// Whether a stop was answered, and nobody has asked for a start since it was asked for.
  boolean stoppedSinceStart() {
    return stopped;
  }

  long lastStartMs() {
    return lastStartMs;
  }

  long lastStopMs() {
    return lastStopMs;
  }

  /// When somebody last asked for something that ends a connection.
  long lastEndMs() {
    return lastEndMs;
  }

  long lastAskMs() {
    return lastAskMs;
  }

  /// How many have asked for something.
  int asked() {
    return asked;
  }
}
