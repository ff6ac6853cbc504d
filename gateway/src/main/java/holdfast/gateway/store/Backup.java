package holdfast.gateway.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Optional;

/// One file that holds all of an embedded database as it was at one instant, taken while a gateway
/// runs on it, and brought back.
///
/// Secrets in it are sealed as they are in the store. The master key isn't in it: whoever finds
/// the one without the other has no credentials. It may be laid beside it, when that is asked for.
///
/// It bears the note that it isn't settled ([Facts]), so that no gateway starts on it before what
/// it holds was made safe, however far bringing it back has come.
public final class Backup {
  private static final String TABLES =
      "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('tenant', 'record')";

  private final Path file;

  public Backup(Path file) {
    this.file = file;
  }

  private Path key() {
    return file.resolveSibling(file.getFileName() + ".key");
  }

  /// Writes it, complete or not at all. `withKey`: whether the key file is copied beside it.
  ///
  /// @throws StoreRefused when there is nothing to copy, or the file exists
  public void take(DataFolder folder, boolean withKey) throws IOException {
    if (!Files.isRegularFile(folder.database())) {
      throw new StoreRefused("there is no store in " + folder);
    }
    if (withKey && !Files.isRegularFile(folder.masterKey())) {
      throw new StoreRefused(
          "there is no key file in " + folder + ": the master key was given as a setting");
    }
    refuseIfThere(file);
    if (withKey) {
      refuseIfThere(key());
    }
    var part = make(file.resolveSibling(file.getFileName() + ".part"));
    try (var sql = new SqliteEngine(folder.database()).copying()) {
      sql.run("VACUUM INTO ?", part.toString());
      unsettle(part);
    } catch (SQLException e) {
      Files.deleteIfExists(part);
      throw new StoreRefused("the store can't be copied: " + e.getMessage(), e);
    }
    if (withKey) {
      write(key(), Files.readAllBytes(folder.masterKey()));
    }
    keep(part, file);
  }

  /// Without a write-ahead log beside it: the copy is this one file.
  private static void unsettle(Path copy) throws SQLException {
    try (var sql = new SqliteEngine(copy).copying()) {
      sql.first("PRAGMA journal_mode = DELETE", row -> row.getString(1));
      Facts.unsettle(sql);
    }
  }

  /// Puts it into a folder that has no store yet. The folder's own key file stays; where it has
  /// none, the one beside the backup is taken.
  ///
  /// @throws StoreRefused when the folder has a store, or this is no whole backup
  public void bringBack(DataFolder folder, Optional<MasterKey> given) throws IOException {
    var target = folder.database();
    for (var remains : new String[] {"", "-wal", "-shm"}) {
      var there = target.resolveSibling(target.getFileName() + remains);
      if (Files.exists(there)) {
        throw new StoreRefused("there is " + there + " already: move it away first");
      }
    }
    check();
    boolean bringsKey = !Files.exists(folder.masterKey()) && Files.isRegularFile(key());
    if (given.isEmpty() && !bringsKey && !Files.exists(folder.masterKey())) {
      throw new StoreRefused(
          "the backup is sealed with a master key: put it into "
              + folder.masterKey()
              + ", or give it as a setting");
    }
    var part = make(target.resolveSibling(target.getFileName() + ".part"));
    try (var out = Files.newOutputStream(part)) {
      Files.copy(file, out); // as a file it would be open to whoever may read the backup
    }
    try {
      unsettle(part);
    } catch (SQLException e) {
      Files.deleteIfExists(part);
      throw new StoreRefused("the backup can't be brought back: " + e.getMessage(), e);
    }
    if (bringsKey) {
      write(folder.masterKey(), Files.readAllBytes(key()));
    }
    keep(part, target);
  }

  private void check() {
    if (!Files.isRegularFile(file)) {
      throw new StoreRefused("there is no file " + file);
    }
    try (var sql = new SqliteEngine(file).copying()) {
      var verdict = sql.first("PRAGMA integrity_check", row -> row.getString(1));
      var tables = sql.first(TABLES, row -> row.getInt(1));
      if (verdict.equals(Optional.of("ok")) && tables.equals(Optional.of(2))) {
        return;
      }
    } catch (SQLException _) {
      // falls through to the same answer
    }
    throw new StoreRefused(file + " is no whole backup");
  }

  private static void refuseIfThere(Path path) {
    if (Files.exists(path)) {
      throw new StoreRefused(path + " exists already");
    }
  }

  /// For nobody else's eyes.
  private static Path make(Path path) throws IOException {
    Files.deleteIfExists(path);
    if (path.toAbsolutePath().getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    return Files.createFile(path);
  }

  private static void write(Path name, byte[] content) throws IOException {
    var part = make(name.resolveSibling(name.getFileName() + ".part"));
    Files.write(part, content);
    keep(part, name);
  }

  /// Under its name stands only what has reached the disk.
  private static void keep(Path part, Path name) throws IOException {
    try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(part, name, StandardCopyOption.ATOMIC_MOVE);
  }
}
