package holdfast.gateway.session;

import holdfast.gateway.tenant.TenantConfig;
import holdfast.session.Caller;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.session.Status;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/// One tenant's session as the gateway sees it: it is asked things, and says how it stands.
public interface TenantSession {
  /// Puts a command into the mailbox; answered once what it changed is durable. After `patience`
  /// its caller is answered with how things stand.
  CompletionStage<Outcome> ask(Function<Caller, Input> command, Duration patience);

  /// Goes on as wanted after a restart or a take-over (R21).
  void restore();

  Status status();

  /// `listener` is told after each change of the status, in order; it must be quick.
  void addListener(Consumer<Status> listener);

  /// From now on these hold.
  void rules(TenantConfig.Rules rules);

  /// Closes the connection in an orderly way and ends the session's life in this process; what is
  /// wanted stays wanted.
  CompletionStage<Void> close();
}
