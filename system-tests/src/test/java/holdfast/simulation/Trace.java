package holdfast.simulation;

import java.util.ArrayList;
import java.util.List;

/// What happened, in its order: always as a hash, as text only when somebody is to read it.
final class Trace {
  private static final long PRIME = 0x100000001B3L;

  private final Agenda agenda;
  private final boolean written;
  private final List<String> lines = new ArrayList<>();
  private long hash = 0xCBF29CE484222325L;

  Trace(Agenda agenda, boolean written) {
    this.agenda = agenda;
    this.written = written;
  }

  void add(String what, String detail, long number) {
    mix(agenda.nowMs());
    mix(what.hashCode());
    mix(detail.hashCode());
    mix(number);
    if (written) {
      lines.add("%9.3f  %s %s %d".formatted(agenda.nowMs() / 1000.0, what, detail, number));
    }
  }

  private void mix(long value) {
    hash = (hash ^ value) * PRIME;
    hash ^= hash >>> 29;
  }

  String hash() {
    return "%016x".formatted(hash);
  }

  List<String> lines() {
    return lines;
  }
}
