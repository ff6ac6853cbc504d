package holdfast.gateway.session;

import holdfast.client.SessionLoop;
import holdfast.gateway.tenant.TenantConfig.Rules;
import holdfast.session.Caller;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.session.Status;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// A session that runs in this process.
final class LoopSession implements TenantSession {
  private final SessionLoop loop;
  private volatile Rules rules;

  /// `loop`: made with a view of the rules that hold, asked again for each batch.
  LoopSession(Rules rules, Function<Supplier<Rules>, SessionLoop> loop) {
    this.rules = rules;
    this.loop = loop.apply(() -> this.rules);
  }

  @Override
  public CompletionStage<Outcome> ask(Function<Caller, Input> command, Duration patience) {
    return loop.ask(command, patience);
  }

  @Override
  public void restore() {
    loop.restore();
  }

  @Override
  public Status status() {
    return loop.status();
  }

  @Override
  public void addListener(Consumer<Status> listener) {
    loop.watch(listener);
  }

  @Override
  public void rules(Rules next) {
    rules = next;
  }

  @Override
  public CompletionStage<Void> close() {
    return loop.close().thenAccept(_ -> {});
  }
}
