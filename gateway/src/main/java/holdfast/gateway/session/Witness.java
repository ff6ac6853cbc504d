package holdfast.gateway.session;

import holdfast.session.Status;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the line that operators grep for whenever a session reaches another state (R38).
final class Witness implements Consumer<Status> {
  private static final Logger log = LoggerFactory.getLogger(Witness.class);

  private final String tenant;
  private String last;

  /// `tenant`: masked.
  Witness(String tenant, Status now) {
    this.tenant = tenant;
    this.last = now.state();
  }

  @Override
  public void accept(Status status) {
    if (status.state().equals(last)) {
      return;
    }
    log.info(
        "[WA-DIAGNOSTIC] tenant={} state={} from={} reason={} generation={} attempts={} conflicts={}",
        tenant,
        status.state(),
        last,
        status.reason().orElse("-"),
        status.generation(),
        status.trouble().reconnectAttempts(),
        status.trouble().conflicts());
    last = status.state();
  }
}
