package holdfast.gateway.http;

import holdfast.gateway.session.Standing;
import holdfast.gateway.session.TenantSession;
import holdfast.gateway.tenant.TenantConfig;
import holdfast.session.Caller;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.session.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/// A session that answers what the test has told it to, and remembers what it was asked. `before`:
/// how it stands the next times that somebody looks, until `status` holds.
final class FakeSession implements TenantSession {
  static final Status STOPPED = Standing.in("stopped").status();

  final List<Input> asked = new CopyOnWriteArrayList<>();
  final List<Duration> patience = new CopyOnWriteArrayList<>();
  final List<TenantConfig.Rules> ruled = new ArrayList<>();
  volatile Outcome answer = new Outcome.Stopped();
  volatile Status status = STOPPED;
  final Queue<Status> before = new ConcurrentLinkedQueue<>();
  volatile boolean closed;

  static Status showing(String qr, Instant until) {
    return Standing.in("awaiting_scan").showing(qr, until).status();
  }

  @Override
  public CompletionStage<Outcome> ask(Function<Caller, Input> command, Duration patience) {
    asked.add(command.apply(new Caller(1)));
    this.patience.add(patience);
    return CompletableFuture.completedStage(answer);
  }

  @Override
  public void restore() {}

  @Override
  public Status status() {
    return Optional.ofNullable(before.poll()).orElse(status);
  }

  @Override
  public void addListener(Consumer<Status> listener) {}

  @Override
  public void rules(TenantConfig.Rules rules) {
    ruled.add(rules);
  }

  @Override
  public CompletionStage<Void> close() {
    closed = true;
    return CompletableFuture.completedStage(null);
  }
}
