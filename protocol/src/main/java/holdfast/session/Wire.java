package holdfast.session;

import holdfast.message.Outbox;
import holdfast.message.Placeholders;
import holdfast.pairing.PairingCode;
import holdfast.receipt.Retries;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What a session remembers for the life of one connection and not a moment longer: the next one
/// begins with [#begin].
///
/// `available`: we have said that we are here, so receipts needn't be `inactive`. `unlinking`: who
/// waits for a logout, in their order.
record Wire(
    Queries queries,
    Outbox.Memory outbox,
    Retries.Memory retries,
    Placeholders.Memory placeholders,
    Backlog backlog,
    Optional<PairingCode> code,
    boolean available,
    List<Caller> unlinking) {
  /// The server's queue from while we were away. `over`: it has been taken in full, or has been
  /// waited for long enough; `due`: until when sends wait for it (protocol page 03 § 7);
  /// `resumed`: unacknowledged sends have gone again.
  record Backlog(Optional<Instant> due, boolean over, boolean resumed) {
    static final Backlog AHEAD = new Backlog(Optional.empty(), false, false);

    /// Whether the server has been told that we are ready for it.
    boolean isFlowing() {
      return due.isPresent();
    }

    Optional<Instant> deadline() {
      return over ? Optional.empty() : due;
    }

    Backlog at(Instant now) {
      return deadline().filter(it -> !it.isAfter(now)).isPresent()
          ? new Backlog(due, true, resumed)
          : this;
    }
  }

  static Wire begin(RandomGenerator random) {
    return new Wire(
        Queries.begin(random),
        Outbox.Memory.NONE,
        Retries.Memory.NONE,
        Placeholders.Memory.NONE,
        Backlog.AHEAD,
        Optional.empty(),
        false,
        List.of());
  }

  Wire with(Queries other) {
    return new Wire(other, outbox, retries, placeholders, backlog, code, available, unlinking);
  }

  Wire with(Outbox.Memory other) {
    return new Wire(queries, other, retries, placeholders, backlog, code, available, unlinking);
  }

  Wire with(Retries.Memory other) {
    return new Wire(queries, outbox, other, placeholders, backlog, code, available, unlinking);
  }

  Wire with(Placeholders.Memory other) {
    return new Wire(queries, outbox, retries, other, backlog, code, available, unlinking);
  }

  Wire with(Backlog other) {
    return new Wire(queries, outbox, retries, placeholders, other, code, available, unlinking);
  }

  Wire with(PairingCode other) {
    return new Wire(
        queries, outbox, retries, placeholders, backlog, Optional.of(other), available, unlinking);
  }

  Wire seenAs(boolean here) {
    return new Wire(queries, outbox, retries, placeholders, backlog, code, here, unlinking);
  }

  Wire unlinkedFor(List<Caller> callers) {
    return new Wire(queries, outbox, retries, placeholders, backlog, code, available, callers);
  }
}
