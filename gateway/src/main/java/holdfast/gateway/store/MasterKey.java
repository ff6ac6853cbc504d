package holdfast.gateway.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/// The operator's key, 32 bytes: whoever has the database without it has no credentials (R25).
public record MasterKey(byte[] bytes) {
  private static final int LENGTH = 32;
  private static final int HEX_LENGTH = 2 * LENGTH;

  public MasterKey {
    if (bytes.length != LENGTH) {
      throw new StoreRefused("the master key must be 32 bytes, as hex or base64");
    }
  }

  public static MasterKey parse(String text) {
    var key = text.strip();
    try {
      return new MasterKey(
          key.length() == HEX_LENGTH
              ? HexFormat.of().parseHex(key)
              : Base64.getDecoder().decode(key.replace('-', '+').replace('_', '/')));
    } catch (IllegalArgumentException e) {
      throw new StoreRefused("the master key must be 32 bytes, as hex or base64", e);
    }
  }

  /// The key in `file`, which is made with a new one, readable by its owner only, when `mayMake`.
  static MasterKey in(Path file, boolean mayMake) {
    try {
      if (Files.exists(file)) {
        return parse(Files.readString(file));
      }
      if (!mayMake) {
        throw new StoreRefused(
            "the store was sealed with a master key, but there is none in " + file);
      }
      var key = random();
      create(file, HexFormat.of().formatHex(key.bytes()) + "\n");
      return key;
    } catch (IOException e) {
      throw new StoreRefused("the master key in " + file + " can't be read or made", e);
    }
  }

  /// Lays the key that is to come beside `file`, before anything is sealed with it: however the
  /// process ends, one of the two opens the store.
  void announce(Path file) throws IOException {
    var next = next(file);
    Files.deleteIfExists(next);
    create(next, HexFormat.of().formatHex(bytes) + "\n");
  }

  /// A key that was announced beside `file` and has perhaps been changed to.
  static Optional<MasterKey> announced(Path file) {
    var next = next(file);
    try {
      return Files.exists(next) ? Optional.of(parse(Files.readString(next))) : Optional.empty();
    } catch (IOException e) {
      throw new StoreRefused("the master key in " + next + " can't be read", e);
    }
  }

  /// What was announced is the key now.
  static void adopt(Path file) {
    try {
      Files.move(
          next(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StoreRefused("the master key in " + file + " can't be replaced", e);
    }
  }

  private static Path next(Path file) {
    return file.resolveSibling(file.getFileName() + ".next");
  }

  public static MasterKey random() {
    var bytes = new byte[LENGTH];
    new SecureRandom().nextBytes(bytes);
    return new MasterKey(bytes);
  }

  private static void create(Path file, String text) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(file);
    }
    Files.writeString(file, text, StandardOpenOption.DSYNC);
  }

  @Override
  public String toString() {
    return "MasterKey[…]";
  }
}
