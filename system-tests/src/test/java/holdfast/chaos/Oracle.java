package holdfast.chaos;

import holdfast.chaos.Wishes.Wish;
import holdfast.sandbox.world.FaultLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a tenant must have come to: by its last caller's wish, and by the faults that really
/// happened to its device.
///
/// It is strict where cause and effect are apart. Where a fault fell together with the wish, or the
/// client had gone before it could hear, both ends are right; such a tenant is counted as a doubt.
final class Oracle {
  /// What a tenant may be, and why.
  record Verdict(Set<String> states, boolean doubtful, String because) {}

  /// Between what the sandbox says and what a client has heard, committed and taken in.
  private static final Duration SLACK = Duration.ofSeconds(2);

  /// From a rival's first login to its second and to the end of the cool-down, in which a start is
  /// refused.
  private static final Duration LADDER = Duration.ofMinutes(1);

  private static final int CONFLICT_MAX = 3;

  /// The state of a tenant that was stopped since nobody scanned: nobody here ever does.
  static final String QR_EXPIRED = "qr_expired";

  private Oracle() {}

  /// `log`: of this tenant's device, oldest first.
  static Verdict of(Optional<Wish> wish, List<FaultLog.Entry> log) {
    var states = new TreeSet<String>();
    var fatal = log.stream().filter(entry -> end(entry).isPresent()).toList();
    var because = new StringBuilder();
    fatal.forEach(
        entry -> because.append(' ').append(entry.fault()).append(entry.settings().get("code")));
    if (wish.isPresent() && !wish.get().start()) {
      states.add("stopped");
      // What has ended by itself stays as it is when it is stopped; what had ended before that was
      // started again since.
      fatal.stream().reduce((_, last) -> last).flatMap(Oracle::end).ifPresent(states::add);
      return new Verdict(states, !fatal.isEmpty(), "stop" + because);
    }
    var begun = wish.map(Wish::begun).orElse(Instant.EPOCH);
    var answered = wish.map(Wish::answered).orElse(Instant.EPOCH);
    var before = fatal.stream().filter(it -> at(it).isBefore(answered.plus(SLACK))).toList();
    var after = fatal.stream().filter(it -> at(it).isAfter(begun.minus(SLACK))).toList();
    boolean unlinked = before.stream().anyMatch(Oracle::takesTheLink);
    boolean doubtful = before.stream().anyMatch(after::contains) || after.size() > 1;

    after.forEach(it -> states.add(end(it).orElseThrow()));
    if (after.isEmpty() || doubtful) {
      states.addAll(unlinked ? List.of("awaiting_scan", QR_EXPIRED) : List.of("connected"));
    }
    if (unlinked && doubtful) {
      states.add("connected");
    }
    boolean mayConflict =
        conflicts(log, begun) >= CONFLICT_MAX
            && log.stream().anyMatch(it -> isConflict(it) && at(it).isAfter(begun.minus(LADDER)));
    if (mayConflict) {
      states.add("conflicted");
    }
    boolean mayBeOutdated =
        outdated(log, begun) > 1
            && log.stream().anyMatch(it -> isOutdated(it) && at(it).isAfter(begun.minus(SLACK)));
    if (mayBeOutdated) {
      states.add("refused");
    }
    return new Verdict(states, doubtful || mayConflict || mayBeOutdated, "start" + because);
  }

  private static boolean isConflict(FaultLog.Entry entry) {
    return entry.fault().equals("rival") || "replaced".equals(entry.settings().get("conflict"));
  }

  private static boolean isOutdated(FaultLog.Entry entry) {
    return entry.fault().equals("failure") && code(entry) == 405;
  }

  private static Instant at(FaultLog.Entry entry) {
    return Instant.ofEpochMilli(entry.atMillis());
  }

  /// The state that a fault ends in, when it ends a session.
  private static Optional<String> end(FaultLog.Entry entry) {
    return switch (entry.fault()) {
      case "device_removed", "strict_duplicates" -> Optional.of("logged_out");
      case "downgrade" -> Optional.of("refused");
      case "stream_error" ->
          "device_removed".equals(entry.settings().get("conflict"))
              ? Optional.of("logged_out")
              : Optional.empty();
      case "failure" ->
          switch (code(entry)) {
            case 401 -> Optional.of("logged_out");
            case 402, 403, 406 -> Optional.of("refused");
            default -> Optional.empty();
          };
      default -> Optional.empty();
    };
  }

  /// Whether a start begins with a new QR after it.
  private static boolean takesTheLink(FaultLog.Entry entry) {
    return end(entry).filter("logged_out"::equals).isPresent()
        || (entry.fault().equals("failure") && Set.of(403, 406).contains(code(entry)));
  }

  private static int code(FaultLog.Entry entry) {
    return entry.settings().get("code") instanceof Number code ? code.intValue() : 0;
  }

  /// Those that count: from ten minutes before the start on, since a start doesn't forget them.
  private static long conflicts(List<FaultLog.Entry> log, Instant start) {
    return log.stream()
        .filter(it -> at(it).isAfter(start.minus(Duration.ofMinutes(10))))
        .filter(Oracle::isConflict)
        .mapToLong(it -> it.fault().equals("rival") ? 2 : 1)
        .sum();
  }

  private static long outdated(List<FaultLog.Entry> log, Instant start) {
    return log.stream()
        .filter(it -> at(it).isAfter(start.minus(Duration.ofMinutes(3))))
        .filter(Oracle::isOutdated)
        .count();
  }
}
