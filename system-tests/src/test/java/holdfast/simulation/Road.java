package holdfast.simulation;

import holdfast.client.Transport;

/// The way from a process to a server.
interface Road {
  /// As one process sees it.
  Transport seenBy(Machine machine);

  /// A number below the bound, for what takes its time.
  long jitterMs(int bound);

  /// Whether this process has a socket.
  boolean isInUse(Machine machine);

  /// The process has ended, and its sockets with it; `told`: so that the server hears of it.
  void orphaned(Machine machine, boolean told);
}
