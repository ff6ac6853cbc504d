package holdfast.gateway.store;

import java.sql.SQLException;
import java.util.Optional;

/// What belongs to the store as a whole, by name.
public final class Facts {
  private static final String PUT =
      "INSERT INTO fact (name, value) VALUES (?, ?)"
          + " ON CONFLICT (name) DO UPDATE SET value = excluded.value";

  private static final String UNSETTLED = "unsettled";
  private static final String YES = "yes";

  private final Readers readers;
  private final Committer committer;

  Facts(Readers readers, Committer committer) {
    this.readers = readers;
    this.committer = committer;
  }

  public Optional<String> find(String name) {
    return readers.read(
        sql -> sql.first("SELECT value FROM fact WHERE name = ?", row -> row.getString(1), name));
  }

  public void put(String name, String value) {
    committer.run(sql -> sql.run(PUT, name, value));
  }

  /// Whether what was brought back may be used. Until it has been made safe its old ratchets would
  /// be sent with.
  public void settled(boolean settled) {
    put(UNSETTLED, settled ? "no" : YES);
  }

  /// Notes it in a copy that isn't open as a store yet.
  static void unsettle(Statements sql) throws SQLException {
    sql.run(PUT, UNSETTLED, YES);
  }

  /// @throws StoreRefused when the store was brought back and hasn't been made safe since
  public void refuseUnlessSettled() {
    if (find(UNSETTLED).equals(Optional.of(YES))) {
      throw new StoreRefused(
          "the store was brought back and would send with keys that were used since:"
              + " run `./holdfast restore` without a file");
    }
  }

  /// Holds the store to the first value that a fact ever had.
  ///
  /// @throws StoreRefused with `refusal` when it is another one
  public void pin(String name, String value, String refusal) {
    var kept = find(name);
    if (kept.isEmpty()) {
      put(name, value);
    } else if (!kept.get().equals(value)) {
      throw new StoreRefused(refusal);
    }
  }
}
