package holdfast.gateway.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A connection and the statements prepared on it: each is prepared once, then only bound. Used by
/// one thread at a time.
final class Statements implements AutoCloseable {
  /// Reads one row where the cursor stands.
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final Connection connection;
  private final Dialect dialect;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();
  private final Set<String> waiting = new HashSet<>(); // those that have rows to be flushed

  Statements(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  Dialect dialect() {
    return dialect;
  }

  Connection connection() {
    return connection;
  }

  PreparedStatement prepare(String sql) throws SQLException {
    var known = prepared.get(sql);
    if (known != null) {
      return known;
    }
    var made = connection.prepareStatement(sql);
    prepared.put(sql, made);
    return made;
  }

  <T> List<T> all(String sql, Row<T> row, @Nullable Object... arguments) throws SQLException {
    var rows = new ArrayList<T>();
    try (var result = bound(sql, arguments).executeQuery()) {
      while (result.next()) {
        rows.add(row.read(result));
      }
    }
    return rows;
  }

  <T> Optional<T> first(String sql, Row<T> row, @Nullable Object... arguments) throws SQLException {
    try (var result = bound(sql, arguments).executeQuery()) {
      return result.next() ? Optional.of(row.read(result)) : Optional.empty();
    }
  }

  /// Returns how many rows it touched.
  int run(String sql, @Nullable Object... arguments) throws SQLException {
    return bound(sql, arguments).executeUpdate();
  }

  /// One more row for `sql`, written by [#flush].
  void add(String sql, @Nullable Object... arguments) throws SQLException {
    bound(sql, arguments).addBatch();
    waiting.add(sql);
  }

  void flush(String sql) throws SQLException {
    if (waiting.remove(sql)) {
      prepare(sql).executeBatch();
    }
  }

  private PreparedStatement bound(String sql, @Nullable Object... arguments) throws SQLException {
    var statement = prepare(sql);
    for (int at = 0; at < arguments.length; at++) {
      statement.setObject(at + 1, storable(arguments[at]));
    }
    return statement;
  }

  /// PostgreSQL has no place for NUL in a text, and what others send may hold one.
  private static @Nullable Object storable(@Nullable Object value) {
    return value instanceof String text && text.indexOf('\0') >= 0
        ? text.replace('\0', '\uFFFD')
        : value;
  }

  @Override
  public void close() throws SQLException {
    connection.close(); // its statements go with it
  }
}
