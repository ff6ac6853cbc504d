package holdfast.simulation;

import holdfast.client.Transport;

/// The way from a process to a server.
interface Road {
  /// As one process sees it.
  Transport seenBy(Machine machine);

  /// A number below the bound, for what takes its time.
  long jitterMs(int bound);
}
