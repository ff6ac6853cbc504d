package holdfast.store;

import holdfast.stanza.Jid;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Rows of the outbox, for tests that need one and don't care what it says.
public final class Rows {
  private Rows() {}

  /// A text with the message id `3EB0`, queued then.
  public static Outbound queued(Instant at) {
    return new Outbound(
        "01",
        "3EB0",
        Optional.of("key"),
        new byte[] {1},
        Jid.phone("15550100002"),
        "text",
        new byte[] {2},
        Outbound.State.QUEUED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of("queued", at));
  }
}
