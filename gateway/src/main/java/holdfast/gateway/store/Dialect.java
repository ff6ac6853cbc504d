package holdfast.gateway.store;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// All that differs between the two databases in SQL; every statement is written once for both.
///
/// What makes that possible: the same names of tables and columns, times as milliseconds, flags
/// as numbers, `ON CONFLICT`, `RETURNING`, row values and partial indexes, which both have; no
/// `rowid`, no function of one alone.
enum Dialect {
  SQLITE(
      "sqlite",
      "IN (SELECT value FROM json_each(?))",
      "",
      "SELECT seq FROM sqlite_sequence WHERE name = 'event'") {
    @Override
    boolean isOfTheWorld(SQLException e) {
      return e instanceof SQLiteException known
          && switch (SQLiteErrorCode.getErrorCode(known.getResultCode().code & PRIMARY)) {
            case SQLITE_BUSY,
                SQLITE_LOCKED,
                SQLITE_NOMEM,
                SQLITE_READONLY,
                SQLITE_IOERR,
                SQLITE_CORRUPT,
                SQLITE_FULL,
                SQLITE_CANTOPEN,
                SQLITE_PERM,
                SQLITE_NOTADB ->
                true;
            default -> false;
          };
    }
  },
  POSTGRESQL(
      "postgresql",
      "= ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(? AS jsonb))))",
      " ORDER BY id FOR UPDATE",
      "SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence('event', 'place') AS regclass))") {
    @Override
    boolean isOfTheWorld(SQLException e) {
      var state = e.getSQLState();
      return state == null || WORLD.stream().anyMatch(state::startsWith);
    }
  };

  private static final int PRIMARY = 0xFF; // the extended codes of SQLite lie above it

  /// Connection lost, read-only, deadlock, no resources, locked, ended by an operator, I/O, broken.
  private static final List<String> WORLD =
      List.of("08", "25006", "40", "53", "55", "57", "58", "XX");

  private final String folder;
  private final String among;
  private final String locking;
  private final String lastPlace;

  Dialect(String folder, String among, String locking, String lastPlace) {
    this.folder = folder;
    this.among = among;
    this.locking = locking;
    this.lastPlace = lastPlace;
  }

  /// Where its migrations stand, below `db/`.
  String folder() {
    return folder;
  }

  /// That `column` is one of many texts, which are bound as one parameter: [#texts].
  String among(String column) {
    return column + " " + among;
  }

  /// What makes a query keep the rows that it read from others until the transaction ends. SQLite
  /// has one writer anyway.
  String locking() {
    return locking;
  }

  /// Asks for the last number that was given to an event's place; NULL or nothing before the first.
  String lastPlace() {
    return lastPlace;
  }

  /// Whether nothing is wrong with what was written: whoever writes next would fail as well.
  abstract boolean isOfTheWorld(SQLException e);

  /// A JSON array, which both take apart.
  static String texts(Collection<String> texts) {
    return texts.stream().map(Dialect::quoted).collect(Collectors.joining(",", "[", "]"));
  }

  private static String quoted(String text) {
    var quoted = new StringBuilder(text.length() + 2).append('"');
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c == 0) {
        quoted.append('\uFFFD'); // as [Statements] binds it
      } else if (c < ' ') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
