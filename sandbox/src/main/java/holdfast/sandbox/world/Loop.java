package holdfast.sandbox.world;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread of the world: drain, step, commit, act.
///
/// Tasks come from sockets, the control interface and alarms. A task changes the world and says by
/// [#act] what the outside may see of it; that happens when the whole batch is durable. What a task
/// brings about inside the world ([#next]) runs in the same batch, right after it.
public final class Loop implements Executor, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  /// Tasks of one batch at most: what a commit costs is shared, what a caller waits is bounded.
  private static final int BATCH = 256;

  private final Records records;
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final ArrayDeque<Runnable> following = new ArrayDeque<>();
  private final List<Runnable> effects = new ArrayList<>();
  private final Thread thread;
  private final Alarms alarms;
  private volatile boolean running = true;

  public Loop(Records records, Alarms alarms) {
    this.records = records;
    this.alarms = alarms;
    this.thread = Thread.ofPlatform().name("sandbox-world").unstarted(this::run);
  }

  /// From now on tasks run on a thread of their own.
  public void start() {
    thread.start();
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /// Runs on the world's thread and gives its result when the batch is durable.
  public <T> CompletableFuture<T> submit(Supplier<T> task) {
    var answer = new CompletableFuture<T>();
    execute(
        () -> {
          try {
            T result = task.get();
            act(() -> answer.complete(result));
          } catch (RuntimeException e) {
            act(() -> answer.completeExceptionally(e));
          }
        });
    return answer;
  }

  public void after(Duration delay, Runnable task) {
    alarms.after(delay, () -> execute(task));
  }

  /// From the world's thread only: runs in this batch, after the present task.
  public void next(Runnable task) {
    following.add(task);
  }

  /// From the world's thread only: what the outside may see, once it is durable.
  public void act(Runnable effect) {
    effects.add(effect);
  }

  private void run() {
    var batch = new ArrayList<Runnable>();
    while (running || !tasks.isEmpty()) {
      try {
        batch.add(tasks.take());
        tasks.drainTo(batch, BATCH - 1);
      } catch (InterruptedException e) {
        return;
      }
      take(batch);
      batch.clear();
    }
  }

  /// Runs what is queued, and what that brings about, on the caller's thread: for tests and
  /// simulations, which never call [#start].
  public void drain() {
    var batch = new ArrayList<Runnable>();
    while (tasks.drainTo(batch, BATCH) > 0) {
      take(batch);
      batch.clear();
    }
  }

  private void take(List<Runnable> batch) {
    batch.forEach(this::step);
    records.commit();
    effects.forEach(this::guarded);
    effects.clear();
  }

  private void step(Runnable task) {
    guarded(task);
    for (var follow = following.poll(); follow != null; follow = following.poll()) {
      guarded(follow);
    }
  }

  /// A task that fails spoils nothing for the others: the sandbox must outlive what clients do.
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("a step of the world failed", e);
    }
  }

  /// Finishes what is queued, then ends.
  @Override
  public void close() {
    alarms.close();
    execute(() -> running = false);
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
