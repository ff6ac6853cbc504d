package holdfast.gateway.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A connection and the statements prepared on it: each is prepared once, then only bound. Used by
/// one thread at a time.
final class Statements implements AutoCloseable {
  /// Reads one row where the cursor stands.
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Statements(Connection connection) {
    this.connection = connection;
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
  }

  void flush(String sql) throws SQLException {
    prepare(sql).executeBatch();
  }

  private PreparedStatement bound(String sql, @Nullable Object... arguments) throws SQLException {
    var statement = prepare(sql);
    for (int at = 0; at < arguments.length; at++) {
      statement.setObject(at + 1, arguments[at]);
    }
    return statement;
  }

  @Override
  public void close() throws SQLException {
    connection.close(); // its statements go with it
  }
}
