package holdfast.sandbox;

import holdfast.sandbox.world.Records;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/// Records in one SQLite file. `synchronous=NORMAL` in WAL mode survives the death of the process
/// at any instant (not that of the machine), which is what a sandbox needs. The file is locked:
/// two sandboxes can't share a world.
final class SqliteRecords implements Records {
  /// The folder can't be used: unwritable, or in use by another sandbox.
  static final class Unusable extends Exception {
    Unusable(String message) {
      super(message);
    }
  }

  private record Key(String kind, String key) {}

  private final Connection connection;
  private final PreparedStatement upsert;
  private final PreparedStatement delete;
  private final Map<Key, Optional<Supplier<byte[]>>> pending = new LinkedHashMap<>();

  private SqliteRecords(Connection connection) throws SQLException {
    this.connection = connection;
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 200");
      statement.execute("PRAGMA locking_mode = EXCLUSIVE");
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = NORMAL");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS record"
              + " (kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,"
              + " PRIMARY KEY (kind, key))");
    }
    connection.setAutoCommit(false);
    this.upsert =
        connection.prepareStatement(
            "INSERT INTO record (kind, key, value) VALUES (?, ?, ?)"
                + " ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value");
    this.delete = connection.prepareStatement("DELETE FROM record WHERE kind = ? AND key = ?");
  }

  static SqliteRecords open(Path folder, boolean fresh) throws Unusable {
    var file = folder.resolve("world.db");
    try {
      Files.createDirectories(folder);
      var records = new SqliteRecords(DriverManager.getConnection("jdbc:sqlite:" + file));
      if (fresh) {
        records.clear();
      }
      return records;
    } catch (IOException e) {
      throw new Unusable("the folder " + folder + " can't be written: " + e.getMessage());
    } catch (SQLException e) {
      throw new Unusable(
          "the world in "
              + file
              + " can't be opened (in use by another sandbox, or unwritable): "
              + e.getMessage());
    }
  }

  private void clear() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("DELETE FROM record");
    }
    connection.commit();
  }

  @Override
  public void put(String kind, String key, Supplier<byte[]> value) {
    pending.put(new Key(kind, key), Optional.of(value));
  }

  @Override
  public void remove(String kind, String key) {
    pending.put(new Key(kind, key), Optional.empty());
  }

  @Override
  public void each(String kind, BiConsumer<String, byte[]> row) {
    try (var query =
        connection.prepareStatement("SELECT key, value FROM record WHERE kind = ? ORDER BY key")) {
      query.setString(1, kind);
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          row.accept(rows.getString(1), rows.getBytes(2));
        }
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @Override
  public void commit() {
    if (pending.isEmpty()) {
      return;
    }
    try {
      for (var entry : pending.entrySet()) {
        write(entry.getKey(), entry.getValue());
      }
      connection.commit();
      pending.clear();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private void write(Key key, Optional<Supplier<byte[]>> value) throws SQLException {
    var statement = value.isPresent() ? upsert : delete;
    statement.setString(1, key.kind());
    statement.setString(2, key.key());
    if (value.isPresent()) {
      statement.setBytes(3, value.get().get());
    }
    statement.executeUpdate();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static UncheckedIOException failed(SQLException e) {
    return new UncheckedIOException(new IOException("the world's file failed", e));
  }
}
