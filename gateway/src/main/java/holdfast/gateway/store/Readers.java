package holdfast.gateway.store;

import holdfast.client.Store.StoreUnavailable;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A few connections that only read: beside the committer's, never waiting for it (WAL).
final class Readers implements AutoCloseable {
  /// Opens one more connection.
  interface Source {
    Statements open() throws SQLException;
  }

  interface Query<T> {
    T run(Statements sql) throws SQLException;
  }

  /// R8: a wait for the store is bounded.
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Source source;
  private final Semaphore free;
  private final ConcurrentLinkedDeque<Statements> idle = new ConcurrentLinkedDeque<>();

  Readers(Source source, int connections) {
    this.source = source;
    this.free = new Semaphore(connections, true);
  }

  <T> T read(Query<T> query) {
    take();
    try {
      var known = idle.pollFirst();
      return known == null ? run(source.open(), query) : runAgain(known, query);
    } catch (SQLException e) {
      throw new StoreUnavailable("the store can't be read", e);
    } finally {
      free.release();
    }
  }

  private <T> T run(Statements statements, Query<T> query) throws SQLException {
    boolean well = false;
    try {
      var result = query.run(statements);
      well = true;
      return result;
    } finally {
      if (well) {
        idle.addFirst(statements);
      } else {
        statements.close(); // one that failed isn't used again
      }
    }
  }

  /// The server may have restarted since this connection was used last, and then all of them are
  /// dead.
  private <T> T runAgain(Statements known, Query<T> query) throws SQLException {
    try {
      return run(known, query);
    } catch (SQLException e) {
      if (!known.dialect().isOfTheWorld(e)) {
        throw e;
      }
      close();
      return run(source.open(), query);
    }
  }

  private void take() {
    try {
      if (!free.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new StoreUnavailable(
            "no connection to the store came free in " + PATIENCE.toSeconds() + " s",
            new SQLException("busy"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailable("interrupted while waiting for the store", e);
    }
  }

  @Override
  public void close() throws SQLException {
    for (var statements = idle.poll(); statements != null; statements = idle.poll()) {
      statements.close();
    }
  }
}
