package holdfast.client;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// The outside of a session's loop, whole: what a simulation puts in place of the world.
///
/// `executor` runs mailboxes (virtual threads in production: a commit blocks). `random` must be
/// safe for many threads and, in production, cryptographically strong.
public record Ports(
    Transport transport,
    Alarms alarms,
    Store store,
    Executor executor,
    InstantSource clock,
    RandomGenerator random) {
  /// The same, but for the network.
  public Ports with(Transport other) {
    return new Ports(other, alarms, store, executor, clock, random);
  }
}
