package holdfast.simulation;

import holdfast.client.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// The way from the processes to a server: what it carries takes its time.
abstract class Road<W extends Road.Wire> {
  /// A socket between a process and the server.
  interface Wire {
    Machine machine();

    /// Whether its process has been told of its end.
    boolean isReported();

    /// Its process has ended; `told`: so that the server hears of it.
    void orphaned(boolean told);
  }

  private final Agenda agenda;
  private final SplittableRandom jitter;
  private final Trace trace;
  private final List<W> links = new ArrayList<>();
  private long slowUntilMs;

  Road(Agenda agenda, SplittableRandom jitter, Trace trace) {
    this.agenda = agenda;
    this.jitter = jitter;
    this.trace = trace;
  }

  /// As one process sees it.
  abstract Transport seenBy(Machine machine);

  final Agenda agenda() {
    return agenda;
  }

  final SplittableRandom random() {
    return jitter;
  }

  final List<W> links() {
    return links;
  }

  final void trace(String what, String detail, long number) {
    trace.add(what, detail, number);
  }

  final void slowFor(long ms) {
    slowUntilMs = agenda.nowMs() + ms;
  }

  final long latencyMs() {
    return agenda.nowMs() < slowUntilMs ? 500 + jitterMs(3_000) : 3 + jitterMs(40);
  }

  /// A number below the bound, for what takes its time.
  final long jitterMs(int bound) {
    return jitter.nextInt(bound);
  }

  /// Whether this process has a socket.
  final boolean isInUse(Machine machine) {
    return links.stream().anyMatch(link -> link.machine() == machine && !link.isReported());
  }

  /// The process has ended, and its sockets with it; `told`: so that the server hears of it.
  final void orphaned(Machine machine, boolean told) {
    for (var link : links) {
      if (link.machine() == machine && !link.isReported()) {
        link.orphaned(told);
      }
    }
  }
}
