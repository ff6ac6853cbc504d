package holdfast.gateway.store;

import holdfast.client.Store.StaleEpoch;
import holdfast.client.Store.StoreUnavailable;
import holdfast.store.Batch;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The only writer of the database: one platform thread (SQLite's native code would pin a virtual
/// one), one transaction for all that waits (group commit), so that tenants share the price of
/// making things durable.
///
/// When a transaction fails because of what is in it, it is rolled back and its group halved
/// until the culprit stands alone: no tenant spoils another's commit. When the world is what
/// fails (disk full, database gone), all of the group are told so. Nobody knows whether a commit
/// that failed was one: it is never repeated, and its writers look into the store.
final class Committer implements AutoCloseable {
  /// A write of our own beside the sessions' batches. It may run more than once, each time on a
  /// transaction that knows nothing of the time before: it must have no effect but on the database.
  interface Job<T> {
    T run(Statements sql) throws SQLException;
  }

  private static final Logger log = LoggerFactory.getLogger(Committer.class);

  private static final int GROUP = 256;

  /// R8: how long something may wait for its turn. What has been begun is always waited for, since
  /// its writer must know whether it is durable.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Object DONE = new Object();

  private record Entry(
      Optional<Batch> batch,
      Job<?> job,
      CompletableFuture<Object> result,
      AtomicBoolean claimed,
      AtomicBoolean again) {
    static Entry of(Optional<Batch> batch, Job<?> job) {
      return new Entry(
          batch, job, new CompletableFuture<>(), new AtomicBoolean(), new AtomicBoolean());
    }

    /// Whether it hasn't been tried again yet.
    boolean mayTryAgain() {
      return again.compareAndSet(false, true);
    }

    /// Whoever is first has it: the committer, to write it, or its writer, to give up.
    boolean claim() {
      return claimed.compareAndSet(false, true);
    }
  }

  private static final Entry STOP = Entry.of(Optional.empty(), _ -> DONE);

  private final Engine engine;
  private final BatchWriter batches;
  private final Consumer<List<Batch>> afterCommit;
  private final LinkedBlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile Optional<String> trouble = Optional.empty();
  private @Nullable Statements statements;
  private @Nullable Entry carried;

  /// `afterCommit` is told of the batches that have just become durable.
  Committer(Engine engine, BatchWriter batches, Consumer<List<Batch>> afterCommit) {
    this.engine = engine;
    this.batches = batches;
    this.afterCommit = afterCommit;
    this.thread = Thread.ofPlatform().name("committer").start(this::loop);
  }

  /// Blocks until the batch is durable.
  void commit(Batch batch) {
    await(Entry.of(Optional.of(batch), _ -> DONE));
  }

  /// Blocks until what `job` wrote is durable.
  @SuppressWarnings("unchecked") // the result is what the job returned
  <T> T run(Job<T> job) {
    return (T) await(Entry.of(Optional.empty(), job));
  }

  /// How many writes wait for their turn.
  int waiting() {
    return queue.size();
  }

  /// Why the world let a write fail, until [#healed].
  Optional<String> trouble() {
    return trouble;
  }

  void healed() {
    trouble = Optional.empty();
  }

  /// As [#run], for somebody with less patience. A job that has been begun may yet be done.
  void tryToRun(Job<?> job, Duration patience) throws TimeoutException {
    var entry = Entry.of(Optional.empty(), job);
    if (closed) {
      throw unavailable(new SQLException("closed"));
    }
    queue.add(entry);
    try {
      entry.result().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(e);
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    } catch (TimeoutException e) {
      entry.claim();
      throw e;
    }
  }

  private Object await(Entry entry) {
    if (closed) {
      throw unavailable(new SQLException("closed"));
    }
    queue.add(entry);
    try {
      return entry.result().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      if (entry.claim()) {
        throw unavailable(e);
      }
      return joined(entry);
    } catch (InterruptedException _) {
      var outcome = joined(entry); // durable or not: half an answer would be none
      Thread.currentThread().interrupt();
      return outcome;
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    }
  }

  private static Object joined(Entry entry) {
    try {
      return entry.result().join();
    } catch (CompletionException e) {
      throw thrown(e.getCause());
    }
  }

  private static RuntimeException thrown(@Nullable Throwable cause) {
    return cause instanceof RuntimeException known
        ? known
        : unavailable(cause == null ? new SQLException("unknown") : cause);
  }

  private static StoreUnavailable unavailable(Throwable cause) {
    return new StoreUnavailable("the store can't be written", cause);
  }

  private void loop() {
    try {
      for (var group = nextGroup(); !group.isEmpty(); group = nextGroup()) {
        write(group);
      }
    } catch (InterruptedException _) {
      log.error("the committer was interrupted");
    } finally {
      closed = true;
      abandon();
      discard();
    }
  }

  /// What waits, in its order; of one tenant at most one batch, so that its rows can be written
  /// kind by kind. Empty when it is time to stop.
  private List<Entry> nextGroup() throws InterruptedException {
    var group = new ArrayList<Entry>();
    var tenants = new HashSet<String>();
    var next = carried == null ? queue.take() : carried;
    carried = null;
    while (next != null && !next.equals(STOP)) {
      if (next.batch().isPresent() && !tenants.add(next.batch().get().tenant())) {
        carried = next;
        return group;
      }
      if (next.claim()) {
        group.add(next);
      }
      next = group.size() < GROUP ? queue.poll() : null;
      if (next == null && group.isEmpty()) {
        next = queue.take();
      }
    }
    carried = next; // nothing, or the sign to stop
    return group;
  }

  private void write(List<Entry> group) {
    var answers = new ArrayList<Runnable>(group.size());
    try {
      if (statements == null) {
        statements = engine.writing();
      }
    } catch (SQLException e) {
      giveUp(group, e);
      return;
    }
    try {
      var durable = transaction(statements, group, answers);
      answers.add(() -> afterCommit.accept(durable));
    } catch (SQLException | RuntimeException e) {
      discard(); // rolls back; what was bound and not yet written is forgotten with it
      fail(group, e);
      return;
    }
    if (commit(statements, group)) {
      answers.forEach(Runnable::run);
    }
  }

  /// Returns the batches that are in the transaction; what is to be told to whom goes to `answers`.
  private List<Batch> transaction(Statements sql, List<Entry> group, List<Runnable> answers)
      throws SQLException {
    var asked = group.stream().flatMap(entry -> entry.batch().stream()).toList();
    var stale = batches.write(sql, asked);
    for (var entry : group) {
      var tenant = entry.batch().map(Batch::tenant).filter(stale::contains);
      if (tenant.isPresent()) {
        answers.add(() -> entry.result().completeExceptionally(new StaleEpoch(tenant.get())));
      } else {
        Object result = entry.job().run(sql);
        answers.add(() -> entry.result().complete(result));
      }
    }
    return asked.stream().filter(batch -> !stale.contains(batch.tenant())).toList();
  }

  private boolean commit(Statements sql, List<Entry> group) {
    try {
      if (!engine.mayWrite()) {
        throw new SQLException("another gateway may have taken the database");
      }
      sql.connection().commit();
      return true;
    } catch (SQLException e) {
      discard();
      giveUp(group, e);
      return false;
    }
  }

  /// Everything is tried twice before its failure counts: the server may have restarted since the
  /// last time, and another process may have written in between, as `holdfast key` does.
  private void fail(List<Entry> group, Exception e) {
    boolean world = e instanceof SQLException known && engine.dialect().isOfTheWorld(known);
    if (!world && group.size() > 1) {
      int half = group.size() / 2;
      write(group.subList(0, half));
      write(group.subList(half, group.size()));
    } else if (group.stream().filter(Entry::mayTryAgain).count() == group.size()) {
      write(group);
    } else if (world) {
      giveUp(group, e);
    } else {
      log.warn("a write failed: {}", e.toString());
      group
          .getFirst()
          .result()
          .completeExceptionally(e instanceof RuntimeException ? e : unavailable(e));
    }
  }

  private void giveUp(List<Entry> group, Exception e) {
    log.warn("{} writes failed: {}", group.size(), e.toString());
    trouble = Optional.of(String.valueOf(e.getMessage()));
    var why = unavailable(e);
    group.forEach(entry -> entry.result().completeExceptionally(why));
  }

  private void discard() {
    try {
      if (statements != null) {
        statements.close();
      }
    } catch (SQLException e) {
      log.warn("the writing connection didn't close: {}", e.toString());
    }
    statements = null;
  }

  private void abandon() {
    for (var entry = queue.poll(); entry != null; entry = queue.poll()) {
      entry.result().completeExceptionally(unavailable(new SQLException("closed")));
    }
  }

  /// Writes what waits, then ends.
  @Override
  public void close() {
    closed = true;
    queue.add(STOP);
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
